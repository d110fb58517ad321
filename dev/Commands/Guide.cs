using BktSmart.Dev.Bank;
using BktSmart.Dev.Client;
using BktSmart.Dev.Demo;

namespace BktSmart.Dev.Commands;

/// <summary>What a newcomer needs to make the first call.</summary>
internal static class Guide
{
    public static string For(LocalBank bank, IReadOnlyList<DemoCustomer> customers, string dataFolder)
    {
        var (first, second) = (customers[0], customers[1]);
        var v1 = $"{bank.Address.GetLeftPart(UriPartial.Authority)}/bktsmart.v1";
        var device = $$"""{"deviceId":"{{first.Person.DeviceId}}","displayName":"My phone","platform":"DEVICE_PLATFORM_ANDROID","pushToken":"demo"}""";
        return $$"""

            Two customers are set up. Their SMS and push messages appear here.
            {{Describe(first)}}
            {{Describe(second)}}

            From enrolment to notification, with any gRPC client (the API has reflection); here with buf:
              call() { buf curl --http2-prior-knowledge --protocol grpc "${@:3}" -d "$2" {{v1}}.$1; }
            1. Enrol. The FNP comes by SMS; the id is in the answer.
              call EnrolmentService/BeginEnrolment '{"identifier":"{{first.CustomerNumber}}","cardNumber":"{{first.Person.CardNumber}}","cardExpiry":"{{first.Person.CardExpiry}}","device":{{device}}}'
              call EnrolmentService/CompleteEnrolment '{"enrolmentId":"…","deviceId":"{{first.Person.DeviceId}}","fnp":"…","password":"{{first.Person.Password}}"}'
            2. Sign in, with another FNP. The answer has the access token.
              call AuthenticationService/BeginSignIn '{"identifier":"{{first.CustomerNumber}}","password":"{{first.Person.Password}}","device":{{device}}}'
              call AuthenticationService/CompleteSignIn '{"signInId":"…","deviceId":"{{first.Person.DeviceId}}","fnp":"…"}'
              me=(-H "authorization: Bearer …")
            3. Pay, and look at the transactions. The id is yours: send the same one when you repeat a payment.
              call TransferService/CreateTransfer '{"transferId":"{{Guid.CreateVersion7()}}","sourceAccount":"{{first.Account}}","payeeIban":"{{second.Iban}}","amount":{"minorUnits":150000,"currencyCode":"ALL"},"reference":"Faleminderit"}' "${me[@]}"
              call AccountService/ListTransactions '{"parent":"{{first.Account}}"}' "${me[@]}"
            4. Notifications: the inbox, and live until you stop it.
              call NotificationService/ListNotifications '{}' "${me[@]}"
              call NotificationService/WatchNotifications '{"afterNumber":0}' "${me[@]}"
            The branch: "./run token --data '{{dataFolder}}'" prints a token of a teller for BranchService.

            Ctrl-C stops everything; the next ./run finds the data again.

            """;
    }

    private static string Describe(DemoCustomer customer) =>
        $"  {customer.Person.Name}: customer {customer.CustomerNumber}, phone {Pretty.Phone(customer.Person.PhoneNumber)}, "
        + $"card {customer.Person.CardNumber} ({customer.Person.CardExpiry}), account {Pretty.Iban(customer.Iban)}";
}

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
        var v1 = $"{bank.Address.Customers.GetLeftPart(UriPartial.Authority)}/bktsmart.v1";
        var (person, number) = (first.Person, first.CustomerNumber);
        return $$"""

            Two customers are set up. Their SMS and push messages appear here.
            {{Describe(first)}}
            {{Describe(second)}}

            See everything, call by call: docs/tour --data '{{dataFolder}}' (it needs buf).
            Or call it yourself, with any gRPC client (the API has reflection); here with buf:
              call() { buf curl --http2-prior-knowledge --protocol grpc "${@:3}" -d "$2" {{v1}}.$1; }
              device='{"deviceId":"{{person.DeviceId}}","displayName":"My phone","platform":"DEVICE_PLATFORM_ANDROID","pushToken":"demo"}'
            {{(first.IsEnrolled ? Enrolled(first) : Enrol(first))}}
            2. Sign in, with another FNP. The answer has the access token.
              call AuthenticationService/BeginSignIn '{"identifier":"{{number}}",
                "password":"{{person.Password}}","device":'"$device"',
                "requestId":"{{Guid.NewGuid()}}"}'
              call AuthenticationService/CompleteSignIn '{"signInId":"…","deviceId":"{{person.DeviceId}}","fnp":"…"}'
              me=(-H "authorization: Bearer …")
            3. Pay, and look at the transactions. The id is yours: send the same one when you repeat a payment.
              call TransferService/CreateTransfer '{"transferId":"{{Guid.CreateVersion7()}}",
                "sourceAccount":"{{first.Account}}","payeeIban":"{{second.Iban}}",
                "amount":{"minorUnits":150000,"currencyCode":"ALL"},"reference":"Faleminderit"}' "${me[@]}"
              call AccountService/ListTransactions '{"parent":"{{first.Account}}"}' "${me[@]}"
            4. Notifications: the inbox, and live until you stop it.
              call NotificationService/ListNotifications '{}' "${me[@]}"
              call NotificationService/WatchNotifications '{"afterNumber":0}' "${me[@]}"
            The branch: "./run token --data '{{dataFolder}}'" prints a token of a teller.
            Staff call {{bank.Address.Staff.GetLeftPart(UriPartial.Authority)}}/bktsmart.staff.v1.BranchService/….

            The clock: "./run clock 20:01 --data '{{dataFolder}}'" moves it on, for end-of-day and what is paid by itself.

            Ctrl-C stops everything; the next ./run finds the data again.

            """;
    }

    private static string Enrol(DemoCustomer customer) =>
        $$"""
        1. Enrol. The FNP comes by SMS; the id is in the answer.
          call EnrolmentService/BeginEnrolment '{"identifier":"{{customer.CustomerNumber}}",
            "cardNumber":"{{customer.Person.CardNumber}}","cardExpiry":"{{customer.Person.CardExpiry}}","device":'"$device"',
            "requestId":"{{Guid.NewGuid()}}"}'
          call EnrolmentService/CompleteEnrolment '{"enrolmentId":"…",
            "deviceId":"{{customer.Person.DeviceId}}","fnp":"…","password":"{{customer.Person.Password}}"}'
        """;

    private static string Enrolled(DemoCustomer customer) =>
        $"1. Enrol: {customer.Person.Name} has done so. The password below is the one that was proposed then; take yours if it is another.";

    private static string Describe(DemoCustomer customer) =>
        $"  {customer.Person.Name}: customer {customer.CustomerNumber}, phone {Pretty.Phone(customer.Person.PhoneNumber)}, "
        + $"card {customer.Person.CardNumber} ({customer.Person.CardExpiry}), account {Pretty.Iban(customer.Iban)}";
}

using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;

namespace BktSmart.Infrastructure;

/// <summary>A customer of a test, alone with their numbers.</summary>
public sealed record TestCustomer(Person Person, Customer Customer, Account Account, CustomerApp App)
{
    /// <summary>The nine digits.</summary>
    public string Number => Customer.Name.Split('/')[1];

    /// <summary>A payment under a new id.</summary>
    public CreateTransferRequest Payment(TestCustomer payee, long minorUnits, string reference = "Qira") =>
        Payment(payee.Account.Iban, minorUnits, reference);

    /// <inheritdoc cref="Payment(TestCustomer, long, string)"/>
    public CreateTransferRequest Payment(string payeeIban, long minorUnits, string reference = "Qira") => new()
    {
        TransferId = Guid.CreateVersion7().ToString(),
        SourceAccount = Account.Name,
        PayeeIban = payeeIban,
        Amount = Amounts.All(minorUnits),
        Reference = reference,
    };

    /// <summary>A new order: every month, from a week ahead on.</summary>
    public CreateStandingOrderRequest StandingOrder(TestCustomer payee)
    {
        var first = DateTime.UtcNow.AddDays(7);
        return new()
        {
            StandingOrderId = Guid.CreateVersion7().ToString(),
            SourceAccount = Account.Name,
            PayeeIban = payee.Account.Iban,
            Amount = Amounts.All(4_000_00),
            Reference = "Qira",
            Schedule = new()
            {
                Frequency = StandingOrderFrequency.Monthly,
                FirstDate = new() { Year = first.Year, Month = first.Month, Day = first.Day },
                NonBusinessDayRule = NonBusinessDayRule.Next,
            },
        };
    }

    /// <summary>Asks for the FNP that a request needs.</summary>
    public async Task<BeginConfirmationResponse> BeginConfirmationAsync(BeginConfirmationRequest request)
    {
        request.RequestId = Guid.NewGuid().ToString();
        return await App.PaymentControl.BeginConfirmationAsync(request, cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <inheritdoc cref="BeginConfirmationAsync"/>
    /// <param name="named">What the SMS must say.</param>
    public async Task<Confirmation> ConfirmAsync(BeginConfirmationRequest request, string named = "")
    {
        var (confirmation, sms) = await App.ConfirmAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains(named, sms.Text, StringComparison.Ordinal);
        return confirmation;
    }

    public override string ToString() => $"customer {Number}";
}

internal static class Amounts
{
    public static Money All(long minorUnits) => Of(minorUnits, "ALL");

    public static Money Of(long minorUnits, string currency) => new() { MinorUnits = minorUnits, CurrencyCode = currency };

    public static TransferLeg Leg(string debtor, string creditor, long minorUnits, string currency = "ALL") =>
        new() { Debtor = debtor, Creditor = creditor, Amount = Of(minorUnits, currency) };
}

internal static class Devices
{
    public static Device Of(Person person) => new()
    {
        DeviceId = person.DeviceId.ToString(),
        DisplayName = "Telefoni im",
        Platform = person.Platform,
        PushToken = $"push-{person.DeviceId:N}",
    };
}

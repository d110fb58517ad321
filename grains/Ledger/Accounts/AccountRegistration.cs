namespace BktSmart.Ledger;

/// <summary>What never changes about an account.</summary>
/// <param name="Number">The IBAN of a customer's account; the code of one of the bank's own.</param>
/// <param name="CustomerNumber">The owner; null for the bank.</param>
internal sealed record AccountRegistration(
    long Id, string Number, CustomerNumber? CustomerNumber, Currency Currency, DateTimeOffset OpenedAt)
{
    /// <summary>Null for an account of the bank.</summary>
    public Iban? Iban { get; } = CustomerNumber is null ? null : Values.Iban.Parse(Number);

    /// <summary>A customer's account as it stands.</summary>
    public AccountDetails ToDetails(AccountState state) => new(
        Iban!.Value, new Money(state.BalanceMinor, Currency), state.SequenceNumber, OpenedAt, new Money(state.HeldMinor, Currency),
        new Money(-(state.FloorMinor ?? 0), Currency), state.Freeze, state.Closed);

    /// <summary>The number of the account over which the bank takes and gives cash in a currency.</summary>
    public static string CashNumber(Currency currency) => $"CASH-{currency}";
}

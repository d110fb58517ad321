using BktSmart.Ledger;

namespace BktSmart.Requests;

/// <summary>Messages that more than one service sends.</summary>
internal static class MessageMapping
{
    public static V1.Money ToMessage(this Money money) => new() { MinorUnits = money.Minor, CurrencyCode = money.Currency.Code };

    public static V1.Date ToMessage(this DateOnly date) => new() { Year = date.Year, Month = date.Month, Day = date.Day };

    public static Google.Protobuf.WellKnownTypes.Timestamp ToMessage(this DateTimeOffset time) =>
        Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(time);

    public static V1.Account ToMessage(this AccountDetails account) => new()
    {
        Name = ResourceNames.Of(account.Iban),
        Iban = account.Iban.Value,
        Balance = account.Balance.ToMessage(),
        SequenceNumber = account.SequenceNumber,
        OpenTime = account.OpenedAt.ToMessage(),
        Available = account.Available.ToMessage(),
        Held = account.Held.ToMessage(),
        OverdraftLimit = account.OverdraftLimit.ToMessage(),
        Freeze = account.Freeze switch
        {
            AccountFreeze.None => V1.AccountFreeze.None,
            AccountFreeze.Debits => V1.AccountFreeze.Debits,
            AccountFreeze.Credits => V1.AccountFreeze.Credits,
            AccountFreeze.Both => V1.AccountFreeze.Both,
            _ => V1.AccountFreeze.Unspecified,
        },
        Closed = account.Closed,
    };

    public static V1.Transfer ToMessage(this BookedTransfer transfer) => new()
    {
        Name = ResourceNames.Of(transfer.Id),
        Account = ResourceNames.Of(transfer.Account),
        PayeeIban = transfer.Payee?.Value ?? "",
        Amount = transfer.Amount.ToMessage(),
        Reference = transfer.Reference,
        SequenceNumber = transfer.SequenceNumber,
        BalanceAfter = transfer.BalanceAfter.ToMessage(),
        BookingTime = transfer.BookedAt.ToMessage(),
        BusinessDate = transfer.BusinessDate.ToMessage(),
        UnheldBalanceAfter = transfer.AvailableAfter.ToMessage(),
    };
}

using BktSmart.Accounts;
using BktSmart.Ledger;

namespace BktSmart.Requests;

/// <summary>Messages that more than one service sends.</summary>
internal static class Messages
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
    };
}

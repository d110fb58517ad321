using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.BusinessDay;
using BktSmart.Errors;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Ledger;

internal sealed class TransferService(IGrainFactory grains, OrderClock orders) : V1.TransferService.TransferServiceBase
{
    public override async Task<V1.CreateTransferResponse> CreateTransfer(V1.CreateTransferRequest request, ServerCallContext context)
    {
        var ((source, command), confirmation) = request.Read(
            r => Read(r, ""), r => Fields.OptionalConfirmation(r.Confirmation, "confirmation"));
        var terms = orders.Give(request.SettleOnly);

        var transfer = confirmation is null || terms.SettleOnly
            ? await grains.Account(source).Transfer(context.SignedInCustomer().Number, command, terms, context.CancellationToken)
            : await grains.Account(source).TransferConfirmed(context.Requester(), command, confirmation, terms, context.CancellationToken);
        return new V1.CreateTransferResponse { Transfer = transfer.OrRefuse().ToMessage() };
    }

    public override async Task<V1.QuoteTransferResponse> QuoteTransfer(V1.QuoteTransferRequest request, ServerCallContext context)
    {
        var (source, payee, amount) = request.Read(
            r => Fields.AccountName(r.SourceAccount, "source_account"),
            r => Fields.Iban(r.PayeeIban, "payee_iban"),
            r => Fields.Amount(r.Amount, "amount"));

        var quote = await grains.Account(source).Quote(
            context.SignedInCustomer().Number, payee, amount, context.CancellationToken);
        return new V1.QuoteTransferResponse { Quote = ToMessage(quote.OrRefuse()) };
    }

    public override async Task<V1.GetBusinessDayResponse> GetBusinessDay(V1.GetBusinessDayRequest request, ServerCallContext context)
    {
        var standing = await grains.BusinessDay().Get(context.CancellationToken);
        return new V1.GetBusinessDayResponse
        {
            BusinessDate = standing.BusinessDate.ToMessage(),
            // The numbers are the same on purpose.
            Phase = (V1.BusinessDayPhase)standing.Phase,
            EndOfDayFromTime = standing.EndOfDayFrom.ToMessage(),
            NextBusinessDates = { standing.NextDates.Select(date => date.ToMessage()) },
            TimeZone = DayStanding.TimeZone,
        };
    }

    public override async Task<V1.GetTransferResponse> GetTransfer(V1.GetTransferRequest request, ServerCallContext context)
    {
        var id = Fields.TransferName(request.Name, "name");

        var transfer = await grains.TransferLookup().Get(context.SignedInCustomer().Number, id, context.CancellationToken);
        return new V1.GetTransferResponse { Transfer = transfer.OrRefuse().ToMessage() };
    }

    private static V1.TransferQuote ToMessage(TransferQuote quote) => new()
    {
        BusinessDate = quote.BusinessDate.ToMessage(),
        EndOfDayFromTime = quote.EndOfDayFrom.ToMessage(),
        NextBusinessDate = quote.NextBusinessDate?.ToMessage(),
        ConfirmationRequired = quote.Cause is not (
            ConfirmationCause.OwnAccount or ConfirmationCause.TrustedPayee or ConfirmationCause.LowValue),
        // The numbers are the same on purpose.
        ConfirmationCause = (V1.ConfirmationCause)quote.Cause,
        BalanceAfter = quote.BalanceAfter.ToMessage(),
        AvailableAfter = quote.AvailableAfter.ToMessage(),
        PaymentLimit = quote.PaymentLimit.ToMessage(),
        DayRest = quote.DayRest.ToMessage(),
        MonthRest = quote.MonthRest.ToMessage(),
        LowValueCount = quote.LowValueCount,
        LowValueRest = quote.LowValueRest.ToMessage(),
    };

    /// <param name="prefix">Goes before the names of the fields.</param>
    internal static (Iban Source, TransferCommand Command) Read(V1.CreateTransferRequest request, string prefix)
    {
        var (id, source, payee, amount, reference) = request.Read(
            r => Fields.TransferId(r.TransferId, $"{prefix}transfer_id"),
            r => Fields.AccountName(r.SourceAccount, $"{prefix}source_account"),
            r => Fields.Iban(r.PayeeIban, $"{prefix}payee_iban"),
            r => Fields.Amount(r.Amount, $"{prefix}amount"),
            r => Fields.Reference(r.Reference, $"{prefix}reference"));
        return (source, new TransferCommand(id, payee, amount, reference));
    }
}

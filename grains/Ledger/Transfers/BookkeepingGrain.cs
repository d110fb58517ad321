using Orleans.Concurrency;

namespace BktSmart.Ledger;

/// <summary>
/// Holds nothing: names the accounts of an order and gives it to the ledger, which decides. What an order is about (a hold, a transfer to
/// reverse) is looked up first, because it says which accounts must be locked; it never changes, and the ledger checks it again. A
/// duplicate, a caller whose time runs out and a second activation are the ledger's to handle, by the id.
/// </summary>
[StatelessWorker, Reentrant]
internal sealed class BookkeepingGrain(AccountDirectory directory, AccountRegister accounts, LedgerReader reader, LedgerWriter ledger)
    : Grain, IBookkeepingGrain
{
    public async Task<Result<LedgerTransfer>> Post(
        StaffMember staff, LinkedTransferCommand command, OrderTerms terms, CancellationToken cancellationToken)
    {
        if (command.Legs.Count is < 1 or > LinkedTransferCommand.LegsMax
            || (command.Kind == TransferKind.Exchange && command.Legs.Count < 2))
            return new Refusal(Reason.LegsInvalid, "legs");

        var legs = new FurtherLeg[command.Legs.Count];
        for (var i = 0; i < legs.Length; i++)
        {
            var found = await FindAsync(command.Legs[i], $"legs[{i}]", cancellationToken);
            if (!found.Succeeded)
                return found.Refusal;
            legs[i] = found.Value;
        }

        return await PostAsync(
            new TransferOrder(
                command.Id, command.Kind, legs[0].DebitAccountId, legs[0].CreditAccountId, legs[0].Amount, command.Reference,
                Originator.Of(staff))
            {
                FurtherLegs = legs[1..],
                ExchangeRate = command.ExchangeRate,
                Terms = terms,
            },
            cancellationToken);
    }

    public async Task<Result<LedgerTransfer>> Hold(
        StaffMember staff, HoldCommand command, OrderTerms terms, CancellationToken cancellationToken)
    {
        var found = await FindAsync(command.Leg, "leg", cancellationToken);
        if (!found.Succeeded)
            return found.Refusal;
        var leg = found.Value;
        return await PostAsync(
            new TransferOrder(
                command.Id, TransferKind.Hold, leg.DebitAccountId, leg.CreditAccountId, leg.Amount, command.Reference,
                Originator.Of(staff))
            {
                ExpiresAt = command.ExpiresAt,
                Terms = terms,
            },
            cancellationToken);
    }

    public Task<Result<LedgerTransfer>> PostHold(
        StaffMember staff, TransferId id, TransferId hold, long? amountMinor, string reference, OrderTerms terms,
        CancellationToken cancellationToken) =>
        EndHoldAsync(TransferKind.HoldPosting, staff, id, hold, amountMinor, reference, terms, cancellationToken);

    public Task<Result<LedgerTransfer>> ReleaseHold(
        StaffMember staff, TransferId id, TransferId hold, string reference, OrderTerms terms, CancellationToken cancellationToken) =>
        EndHoldAsync(TransferKind.HoldRelease, staff, id, hold, null, reference, terms, cancellationToken);

    public async Task<Result<LedgerTransfer>> Reverse(
        StaffMember staff, TransferId id, TransferId reversed, string reference, OrderTerms terms, CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(reversed, cancellationToken) is not { } transfer)
            return new Refusal(Reason.TransferNotFound, "transfer");
        var legs = LedgerRules.MirrorOf(transfer.Order);
        return await PostAsync(
            new TransferOrder(
                id, TransferKind.Reversal, legs[0].DebitAccountId, legs[0].CreditAccountId, legs[0].Amount, reference,
                Originator.Of(staff))
            {
                FurtherLegs = [.. legs.Skip(1)],
                RelatedId = reversed,
                Terms = terms,
            },
            cancellationToken);
    }

    public async Task<Result<LedgerTransfer>> Get(TransferId id, CancellationToken cancellationToken) =>
        await reader.FindAsync(id, cancellationToken) is { } transfer
            ? await AnswerAsync(transfer, cancellationToken)
            : Reason.TransferNotFound;

    public async Task<Result<IReadOnlyList<LedgerBalance>>> GetBalances(IReadOnlyList<string> numbers, CancellationToken cancellationToken)
    {
        if (numbers.Count is < 1 or > LedgerBalance.CountMax)
            return new Refusal(Reason.TooManyAccounts, "accounts");
        var ids = new long[numbers.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            if (await directory.FindAsync(numbers[i], cancellationToken) is not { } account)
                return new Refusal(Reason.AccountNotFound, $"accounts[{i}]");
            ids[i] = account.Id;
        }

        var states = (await reader.ReadAccountsAsync(ids, cancellationToken)).ToDictionary(state => state.Id);
        return new List<LedgerBalance>(ids.Zip(numbers, (id, number) => Balance(number, states[id])));

        static LedgerBalance Balance(string number, AccountState state) =>
            new(number, new Money(state.BalanceMinor, state.Currency), new Money(state.HeldMinor, state.Currency), state.SequenceNumber);
    }

    private async Task<Result<LedgerTransfer>> EndHoldAsync(
        TransferKind kind, StaffMember staff, TransferId id, TransferId hold, long? amountMinor, string reference, OrderTerms terms,
        CancellationToken cancellationToken)
    {
        if (await reader.FindAsync(hold, cancellationToken) is not { Order: { Kind: TransferKind.Hold } held })
            return new Refusal(Reason.HoldNotFound, "hold");
        return await PostAsync(
            new TransferOrder(
                id, kind, held.DebitAccountId, held.CreditAccountId, held.Amount with { Minor = amountMinor ?? held.Amount.Minor },
                reference, Originator.Of(staff))
            {
                RelatedId = hold,
                Terms = terms,
            },
            cancellationToken);
    }

    private async Task<Result<FurtherLeg>> FindAsync(TransferLeg leg, string field, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(leg.Debtor, cancellationToken) is not { } debtor)
            return new Refusal(Reason.AccountNotFound, $"{field}.debtor");
        if (await directory.FindAsync(leg.Creditor, cancellationToken) is not { } creditor)
            return new Refusal(Reason.AccountNotFound, $"{field}.creditor");
        return new FurtherLeg(debtor.Id, creditor.Id, leg.Amount);
    }

    private async Task<Result<LedgerTransfer>> PostAsync(TransferOrder order, CancellationToken cancellationToken)
    {
        // The order cannot be called back once it waits; a caller who stops waiting asks by its id.
        var decision = await ledger.PostAsync(order).WaitAsync(cancellationToken);
        return decision.Refusal is { } refusal ? refusal : await AnswerAsync(decision.Recorded!, cancellationToken);
    }

    private async Task<Result<LedgerTransfer>> AnswerAsync(RecordedTransfer transfer, CancellationToken cancellationToken) =>
        transfer.Answer is { } refusal
            ? refusal
            : transfer.ToLedgerTransfer(await accounts.FindAsync(TransferOrder.AccountIdsOf([transfer.Order]), cancellationToken));
}

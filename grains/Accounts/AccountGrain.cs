using System.Globalization;
using BktSmart.Authentication;
using BktSmart.BusinessDay;
using BktSmart.Ledger;
using Orleans.Concurrency;
using Orleans.Placement;

namespace BktSmart.Accounts;

/// <summary>
/// Holds in memory only what never changes about its account: id, owner, currency. Balance, order and outcome are the ledger's, in
/// PostgreSQL; what this silo last saw of the balance is kept beside it and shown while it is young enough. The grain is reentrant, because
/// the next transfer must not wait for the commit of the one before: once the payee is known, admission is one synchronous step into the
/// ledger's queue, so orders are posted in the order in which they were admitted, and a batch can carry many of one account.
///
/// A duplicate is recognised by the ledger under the transfer id. A caller whose time runs out asks by that id. A second
/// activation, which Orleans may run for a while after a crash, does no harm: it decides nothing.
/// </summary>
[Reentrant, RandomPlacement, GrainType("account")]
internal sealed class AccountGrain(
    AccountDirectory directory, AccountStore store, TermsApprovals approvals, LedgerReader reader, LedgerWriter ledger,
    Confirmations confirmations, [BankClock] TimeProvider time)
    : Grain, IAccountGrain, IMayNameNothing
{
    private AccountRegistration? _account;

    public bool NamesNothing => _account is null;

    public async Task<Result<BookedTransfer>> Transfer(
        CustomerNumber requester, TransferCommand command, OrderTerms terms, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } account || account.CustomerNumber != requester)
            return new Refusal(Reason.AccountNotFound, "source_account");

        return await PayAsync(account, command, terms, confirmed: false, cancellationToken);
    }

    public async Task<Result<FnpChallenge>> BeginConfirmation(
        Requester requester, TransferCommand command, Guid requestId, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } account || account.CustomerNumber != requester.Number)
            return new Refusal(Reason.AccountNotFound, "source_account");
        var matter = MatterOf(account, command);
        if (await confirmations.FindAsync(requester, FnpPurpose.Payment, matter, requestId, cancellationToken) is { } begun)
            return begun;

        var payee = await directory.FindAsync(command.Payee.Value, cancellationToken);
        var foreseen = await reader.ForeseeAsync(OrderOf(account, payee, command), cancellationToken);
        if (foreseen is null)
            return Reason.ConfirmationNotNeeded;
        if (foreseen.Reason != Reason.ConfirmationRequired)
            return ToPayer(foreseen, command.Payee);
        return await confirmations.BeginAsync(requester, FnpPurpose.Payment, matter, requestId, cancellationToken);
    }

    public async Task<Result<BookedTransfer>> TransferConfirmed(
        Requester requester, TransferCommand command, Confirmation confirmation, OrderTerms terms, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } account || account.CustomerNumber != requester.Number)
            return new Refusal(Reason.AccountNotFound, "source_account");

        // What is decided is answered from the record, also when the FNP has long expired.
        var decided = await reader.FindAsync(command.Id, cancellationToken) is not null;
        if (!decided && await confirmations.CheckAsync(
            requester, FnpPurpose.Payment, MatterOf(account, command), confirmation, SecurityEventKind.PaymentConfirmed,
            cancellationToken) is { } refusal)
            return refusal;
        return await PayAsync(account, command, terms, confirmed: !decided, cancellationToken);
    }

    public async Task<Result<TransferQuote>> Quote(
        CustomerNumber requester, Iban payee, Money amount, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } account || account.CustomerNumber != requester)
            return new Refusal(Reason.AccountNotFound, "source_account");

        var command = new TransferCommand(new TransferId(Guid.CreateVersion7()), payee, amount, "");
        var credit = await directory.FindAsync(payee.Value, cancellationToken);
        var quoted = await reader.QuoteAsync(OrderOf(account, credit, command), cancellationToken);
        if (!quoted.Succeeded)
            return ToPayer(quoted.Refusal, payee);
        var (quote, day) = (quoted.Value, await GrainFactory.BusinessDay().Get(cancellationToken));
        return new TransferQuote(
            day.BusinessDate, day.NextDates is [var next, ..] ? next : null, day.EndOfDayFrom, quote.Cause, Of(quote.BalanceMinor),
            Of(quote.SpendableMinor), Of(quote.PaymentLimitMinor), Of(quote.DayRestMinor), Of(quote.MonthRestMinor), quote.LowValueCount,
            Of(quote.LowValueRestMinor));

        Money Of(long minor) => new(minor, account.Currency);
    }

    public async Task<Result<BookedTransfer>> MoveCash(
        StaffMember staff, CashDirection direction, CashCommand command, OrderTerms terms, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } account)
            return new Refusal(Reason.AccountNotFound, "account");

        var cash = await directory.FindAsync(AccountRegistration.CashNumber(command.Amount.Currency), cancellationToken)
            ?? throw new InvalidOperationException($"The bank has no cash account in {command.Amount.Currency}.");
        var (kind, debit, credit) = direction == CashDirection.Deposit
            ? (TransferKind.CashDeposit, cash, account)
            : (TransferKind.CashWithdrawal, account, cash);
        var order = new TransferOrder(
            command.Id, kind, debit.Id, credit.Id, command.Amount, command.Reference, Originator.Of(staff)) { Terms = terms };
        return await PostAsync(order, debit, credit, cancellationToken);
    }

    public async Task<Result<AccountDetails>> Get(CustomerNumber requester, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } account || account.CustomerNumber != requester)
            return new Refusal(Reason.AccountNotFound, "name");
        return account.ToDetails(await reader.ReadAccountAsync(account.Id, cancellationToken));
    }

    public async Task<Result<TransactionPage>> ListTransactions(
        CustomerNumber requester, long? beforeSequenceNumber, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, TransactionPage.CountMax);
        if (await FindAsync(cancellationToken) is not { } account || account.CustomerNumber != requester)
            return new Refusal(Reason.AccountNotFound, "parent");
        return await store.ListTransactionsAsync(account.Id, beforeSequenceNumber, count, cancellationToken);
    }

    public Task<Result<TermsAnswer>> RequestOverdraftLimit(
        StaffMember staff, long limitMinor, string note, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limitMinor);
        return ChangeOrRequestAsync(staff, TermsAction.SetOverdraftLimit, limitMinor, note, cancellationToken);
    }

    public Task<Result<AccountDetails>> Freeze(StaffMember staff, AccountFreeze freeze, string note, CancellationToken cancellationToken) =>
        ChangeTermsAsync(staff, "freeze-account", terms => terms with { Freeze = freeze }, note, cancellationToken);

    public Task<Result<AccountDetails>> Close(StaffMember staff, string note, CancellationToken cancellationToken) =>
        ChangeTermsAsync(staff, "close-account", terms => terms with { Closed = true }, note, cancellationToken);

    public Task<Result<TermsAnswer>> RequestReopening(StaffMember staff, string note, CancellationToken cancellationToken) =>
        ChangeOrRequestAsync(staff, TermsAction.ReopenAccount, null, note, cancellationToken);

    /// <summary>
    /// Only an account that exists is remembered: one that does not may be opened at any time. Accounts of the bank itself have codes for
    /// numbers, and no IBAN names one.
    /// </summary>
    private async ValueTask<AccountRegistration?> FindAsync(CancellationToken cancellationToken) =>
        _account ??= await directory.FindAsync(this.GetPrimaryKeyString(), cancellationToken);

    private async Task<Result<AccountDetails>> ChangeTermsAsync(
        StaffMember staff, string action, Func<AccountTerms, AccountTerms> change, string note, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not { } account)
            return new Refusal(Reason.AccountNotFound, "account");
        var changed = await store.ChangeTermsAsync(staff, account, action, change, note, time.GetUtcNow(), cancellationToken);
        return changed.Succeeded ? account.ToDetails(reader.Remember(changed.Value)) : changed.Refusal;
    }

    private async Task<Result<BookedTransfer>> PayAsync(
        AccountRegistration account, TransferCommand command, OrderTerms terms, bool confirmed, CancellationToken cancellationToken)
    {
        var payee = await directory.FindAsync(command.Payee.Value, cancellationToken);
        var order = OrderOf(account, payee, command) with { Terms = terms, Confirmed = confirmed };
        var paid = await PostAsync(order, account, payee, cancellationToken);
        return paid.Succeeded ? paid : ToPayer(paid.Refusal, command.Payee);
    }

    private Refusal ToPayer(Refusal refusal, Iban payee) =>
        refusal.Reason == Reason.PayeeCannotReceive ? directory.CannotReceive(payee) : refusal;

    private static TransferOrder OrderOf(AccountRegistration account, AccountRegistration? payee, TransferCommand command) =>
        new(command.Id, TransferKind.Payment, account.Id, payee?.Id, command.Amount, command.Reference, Originator.Customer);

    private static FnpMatter MatterOf(AccountRegistration account, TransferCommand command) => new(
        command.Amount, command.Payee,
        FormattableString.Invariant($"payment {command.Id} {account.Number} {command.Payee} {command.Amount} {command.Reference}"));

    /// <summary>Makes the change if one person is enough for it, or else asks for a second one.</summary>
    private async Task<Result<TermsAnswer>> ChangeOrRequestAsync(
        StaffMember staff, TermsAction action, long? limitMinor, string note, CancellationToken cancellationToken)
    {
        var wanted = limitMinor?.ToString(CultureInfo.InvariantCulture);
        var changed = await ChangeTermsAsync(staff, action.Kind(), terms => action.Apply(terms, wanted), note, cancellationToken);
        if (changed.Succeeded)
            return new TermsAnswer(changed.Value, null);
        if (changed.Refusal.Reason != Reason.SecondPersonRequired)
            return changed.Refusal;

        var requested = await approvals.RequestAsync(staff, _account!, action, limitMinor, note, cancellationToken);
        return requested.Succeeded ? new TermsAnswer(null, requested.Value) : requested.Refusal;
    }

    private async Task<Result<BookedTransfer>> PostAsync(
        TransferOrder order, AccountRegistration debit, AccountRegistration? credit, CancellationToken cancellationToken)
    {
        // The order cannot be called back once it waits; a caller who stops waiting asks by its id.
        var decision = await ledger.PostAsync(order).WaitAsync(cancellationToken);
        return decision.Refusal is { } refusal ? refusal : decision.Recorded!.ToBookedTransfer(debit, credit!);
    }
}

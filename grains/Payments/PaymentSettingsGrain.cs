using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Messages;
using Microsoft.Extensions.Options;
using Npgsql;
using Orleans.Concurrency;
using Orleans.Placement;

namespace BktSmart.Payments;

/// <summary>Holds nothing, and is reentrant: what must be in order is so in the database.</summary>
[Reentrant, RandomPlacement, GrainType("payer")]
internal sealed class PaymentSettingsGrain(
    PaymentSettingsStore store, AccountDirectory directory, LedgerReader reader, Confirmations confirmations, TimeProvider time,
    IOptions<PaymentOptions> options, IOptions<PaymentSettingsOptions> settings, IOptions<MessageDeliveryOptions> delivery,
    OutboxSignal outbox, LedgerEventSignal news)
    : Grain, IPaymentSettingsGrain, IMayNameNothing
{
    // Whether a call has found anything of the customer.
    private bool _known;

    public bool NamesNothing => !_known;

    private CustomerNumber Number => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    public async Task<IReadOnlyList<TrustedPayee>> ListTrustedPayees(CancellationToken cancellationToken)
    {
        var trusted = await store.ListTrustedPayeesAsync(Number, cancellationToken);
        _known |= trusted.Count > 0;
        return trusted;
    }

    public async Task<Result<FnpChallenge>> BeginTrustedPayee(
        Requester requester, Iban payee, Guid requestId, CancellationToken cancellationToken)
    {
        var matter = MatterOf(payee);
        if (await confirmations.FindAsync(requester, FnpPurpose.TrustedPayee, matter, requestId, cancellationToken) is { } begun)
            return begun;
        if (await FindPayeeAsync(payee, cancellationToken) is null)
            return directory.CannotReceive(payee);
        var trusted = await ListTrustedPayees(cancellationToken);
        if (trusted.Any(known => known.Iban == payee))
            return Reason.ConfirmationNotNeeded;
        if (trusted.Count >= settings.Value.TrustedPayeesMax)
            return Reason.TooManyTrustedPayees;
        return await confirmations.BeginAsync(requester, FnpPurpose.TrustedPayee, matter, requestId, cancellationToken);
    }

    public async Task<Result<TrustedPayee>> AddTrustedPayee(
        Requester requester, Iban payee, Confirmation confirmation, CancellationToken cancellationToken)
    {
        // What is done is answered from the record: the answer before may have been lost.
        if (await FindTrustedAsync(payee, cancellationToken) is { } known)
            return known;
        // Before the payee is looked at: an FNP costs an SMS, and that bounds how many payees are asked for.
        if (await confirmations.CheckAsync(
            requester, FnpPurpose.TrustedPayee, MatterOf(payee), confirmation, SecurityEventKind.TrustedPayeeConfirmed,
            cancellationToken) is { } refusal)
            return refusal;
        if (await FindPayeeAsync(payee, CancellationToken.None) is not { } account)
            return directory.CannotReceive(payee);
        if (await store.TrustAsync(
            new HeldSession(requester), account.Id, settings.Value.TrustedPayeesMax, time.GetUtcNow(), CancellationToken.None)
            is { } reason)
            return reason;
        return await FindTrustedAsync(payee, CancellationToken.None) is { } added ? added : Reason.TrustedPayeeNotFound;
    }

    public async Task<Result<Done>> RemoveTrustedPayee(Requester requester, Iban payee, CancellationToken cancellationToken)
    {
        if (await FindTrustedAsync(payee, cancellationToken) is null
            || await directory.FindAsync(payee.Value, cancellationToken) is not { } account)
            return new Refusal(Reason.TrustedPayeeNotFound, "name");
        if ((await ActAsync(requester, SecurityEventKind.TrustedPayeeRemoved)).Refusal is { } refusal)
            return refusal;
        return await store.DistrustAsync(Number, account.Id, time.GetUtcNow(), CancellationToken.None)
            ? Done.Value
            : new Refusal(Reason.TrustedPayeeNotFound, "name");
    }

    public async Task<Result<PaymentLimitsStanding>> GetLimits(Iban account, CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(account, cancellationToken) is not { } found)
            return new Refusal(Reason.AccountNotFound, "account");
        return ToStanding(await ReadAsync(found, cancellationToken));
    }

    public async Task<Result<FnpChallenge>> BeginLimits(
        Requester requester, Iban account, PaymentLimits limits, Guid requestId, CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(account, cancellationToken) is not { } found)
            return new Refusal(Reason.AccountNotFound, "account");
        var matter = MatterOf(account, limits, found.Currency);
        if (await confirmations.FindAsync(requester, FnpPurpose.LimitRaise, matter, requestId, cancellationToken) is { } begun)
            return begun;
        if (Invalid(limits, found.Currency) is { } invalid)
            return invalid;
        if (!limits.IsAbove(LimitsOf(await ReadAsync(found, cancellationToken))))
            return Reason.ConfirmationNotNeeded;
        return await confirmations.BeginAsync(requester, FnpPurpose.LimitRaise, matter, requestId, cancellationToken);
    }

    public async Task<Result<PaymentLimitsStanding>> SetLimits(
        Requester requester, Iban account, PaymentLimits limits, Confirmation? confirmation, CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(account, cancellationToken) is not { } found)
            return new Refusal(Reason.AccountNotFound, "account");
        if (Invalid(limits, found.Currency) is { } invalid)
            return invalid;
        var standing = ToStanding(await ReadAsync(found, cancellationToken));
        // What is done is answered from the record: the answer before may have been lost.
        if ((standing.Next?.Limits ?? standing.Limits) == limits)
            return standing;
        if (confirmation is null && limits.IsAbove(standing.Limits))
            return Reason.ConfirmationRequired;
        var refusal = confirmation is null
            ? (await ActAsync(requester, SecurityEventKind.LimitsLowered)).Refusal
            : await confirmations.CheckAsync(
                requester, FnpPurpose.LimitRaise, MatterOf(account, limits, found.Currency), confirmation,
                SecurityEventKind.LimitRaiseConfirmed,
                cancellationToken);
        if (refusal is not null)
            return refusal;

        var now = time.GetUtcNow();
        var held = await store.ReadLimitsAtAsync(found.Id, now - settings.Value.LimitRestoreWindow, CancellationToken.None)
            ?? options.Value.AmountsOf(found.Currency).Limits;
        var unconfirmed = false;
        HeldSession? session = confirmation is null ? null : new HeldSession(requester);
        var changed = await store.ChangeLimitsAsync(session, found.Id, state =>
        {
            // Decided on the locked row: what was lower a moment ago may be higher now.
            unconfirmed = limits.IsAbove(LimitsOf(state)) && confirmation is null;
            return unconfirmed
                ? null
                : PaymentSettingsRules.Change(
                    LimitsOf(state), held, limits, PaymentSettingsRules.FirstDay(now, settings.Value.LimitRaiseDelay));
        }, state => limits.IsAbove(LimitsOf(state)) ? TellOfRaise(account, SmsText.Amounts(limits, found.Currency)) : [], now,
            CancellationToken.None);
        if (changed.Refusal is { } ended)
            return ended;
        outbox.Set(OutboxChannel.Sms);
        news.Set(Number);
        if (unconfirmed)
            return Reason.ConfirmationRequired;
        return ToStanding(reader.Remember(changed.Value!));
    }

    private NpgsqlBatchCommand[] TellOfRaise(Iban account, string limits) =>
    [
        SecurityNews.SmsOfRaise(account.ToMasked(), limits, Number, delivery.Value),
        CustomerEvents.Tell(Number, CustomerEventKind.LimitsRaised, new { account = account.ToMasked() }),
    ];

    /// <summary>The account, if it is the customer's.</summary>
    private async ValueTask<AccountRegistration?> FindOwnAsync(Iban iban, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(iban.Value, cancellationToken) is not { } account || account.CustomerNumber != Number)
            return null;
        _known = true;
        return account;
    }

    /// <summary>The account of a payee who can receive in some currency; null for any other.</summary>
    private async Task<AccountRegistration?> FindPayeeAsync(Iban payee, CancellationToken cancellationToken) =>
        await directory.FindAsync(payee.Value, cancellationToken) is { } account
            && await ReadAsync(account, cancellationToken) is { Closed: false } state && !state.Freeze.HasFlag(AccountFreeze.Credits)
                ? account
                : null;

    private async Task<AccountState> ReadAsync(AccountRegistration account, CancellationToken cancellationToken) =>
        (await reader.ReadAccountsAsync([account.Id], cancellationToken))[0];

    private async Task<TrustedPayee?> FindTrustedAsync(Iban payee, CancellationToken cancellationToken) =>
        (await ListTrustedPayees(cancellationToken)).FirstOrDefault(trusted => trusted.Iban == payee);

    /// <summary>Notes what needs no FNP, before it is done.</summary>
    private Task<Result<Done>> ActAsync(Requester requester, SecurityEventKind kind) =>
        GrainFactory.Credentials(Number).Act(requester.SessionId, proof: null, kind, requester.Origin, CancellationToken.None);

    private PaymentLimits LimitsOf(AccountState state) => PaymentRules.LimitsOf(state, BankTime.Today(time), options.Value);

    private Refusal? Invalid(PaymentLimits limits, Currency currency) =>
        PaymentSettingsRules.MaySet(limits, options.Value.AmountsOf(currency)) ? null : new Refusal(Reason.PaymentLimitsInvalid, "limits");

    private PaymentLimitsStanding ToStanding(AccountState state)
    {
        var today = BankTime.Today(time);
        var paid = state.Paid.On(today);
        return new PaymentLimitsStanding(
            state.Currency, LimitsOf(state), state.NextLimits is { } next && next.From > today ? next : null,
            options.Value.AmountsOf(state.Currency).LimitCeilingMinor, paid.DayMinor, paid.MonthMinor);
    }

    private static FnpMatter MatterOf(Iban payee) => new(null, payee, $"trusted-payee {payee}");

    private static FnpMatter MatterOf(Iban account, PaymentLimits limits, Currency currency) =>
        new(null, account, FormattableString.Invariant($"limits {account} {limits.PaymentMinor} {limits.DayMinor} {limits.MonthMinor}"))
        {
            Amounts = SmsText.Amounts(limits, currency),
        };
}

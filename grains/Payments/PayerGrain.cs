using BktSmart.Accounts;
using BktSmart.Answers;
using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Ledger;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;

namespace BktSmart.Payments;

/// <summary>Holds nothing, and is reentrant: what must be in order is so in the database.</summary>
[Reentrant, RandomPlacement, GrainType("payer")]
internal sealed class PayerGrain(
    PaymentStore store, AccountDirectory directory, LedgerReader reader, Confirmations confirmations, TimeProvider time, IOptions<PaymentOptions> options) : Grain, IPayerGrain
{
    private CustomerNumber Number => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    public Task<IReadOnlyList<TrustedPayee>> ListTrustedPayees(CancellationToken cancellationToken) => store.ListTrustedPayeesAsync(Number, cancellationToken);

    public async Task<Result<FnpChallenge>> BeginTrustedPayee(Requester requester, Iban payee, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(payee.Value, cancellationToken) is null)
            return new Refusal(Reason.PayeeAccountNotFound, "payee_iban");
        if ((await store.ListTrustedPayeesAsync(Number, cancellationToken)).Count >= options.Value.TrustedPayeesMax)
            return Reason.TooManyTrustedPayees;
        return await confirmations.BeginAsync(requester, FnpPurpose.TrustedPayee, MatterOf(payee), cancellationToken);
    }

    public async Task<Result<TrustedPayee>> AddTrustedPayee(Requester requester, Iban payee, Confirmation confirmation, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(payee.Value, cancellationToken) is not { } account)
            return new Refusal(Reason.PayeeAccountNotFound, "payee_iban");
        if (await confirmations.CheckAsync(
            requester, FnpPurpose.TrustedPayee, MatterOf(payee), confirmation, SecurityEventKind.TrustedPayeeConfirmed, cancellationToken) is { } refusal)
            return refusal;
        if (!await store.TrustAsync(Number, account.Id, options.Value.TrustedPayeesMax, time.GetUtcNow(), CancellationToken.None))
            return Reason.TooManyTrustedPayees;
        return (await store.ListTrustedPayeesAsync(Number, CancellationToken.None)).FirstOrDefault(trusted => trusted.Iban == payee) is { } added
            ? added
            : Reason.TrustedPayeeNotFound;
    }

    public async Task<Result<Done>> RemoveTrustedPayee(Requester requester, Iban payee, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(payee.Value, cancellationToken) is not { } account
            || !await store.DistrustAsync(Number, account.Id, time.GetUtcNow(), cancellationToken))
            return new Refusal(Reason.TrustedPayeeNotFound, "name");
        // It is done, whatever becomes of the session meanwhile.
        await GrainFactory.Credentials(Number).Act(requester.SessionId, proof: null, SecurityEventKind.TrustedPayeeRemoved, requester.Origin, CancellationToken.None);
        return Done.Value;
    }

    public async Task<Result<PaymentLimitsStanding>> GetLimits(Iban account, CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(account, cancellationToken) is not { } found)
            return new Refusal(Reason.AccountNotFound, "name");
        return ToStanding((await reader.ReadAccountsAsync([found.Id], cancellationToken))[0]);
    }

    public async Task<Result<FnpChallenge>> BeginLimits(Requester requester, Iban account, PaymentLimits limits, CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(account, cancellationToken) is not { } found)
            return new Refusal(Reason.AccountNotFound, "account");
        if (Invalid(limits, found.Currency) is { } invalid)
            return invalid;
        return await confirmations.BeginAsync(requester, FnpPurpose.LimitRaise, MatterOf(account, limits), cancellationToken);
    }

    public async Task<Result<PaymentLimitsStanding>> SetLimits(
        Requester requester, Iban account, PaymentLimits limits, Confirmation? confirmation, CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(account, cancellationToken) is not { } found)
            return new Refusal(Reason.AccountNotFound, "account");
        if (Invalid(limits, found.Currency) is { } invalid)
            return invalid;
        if (confirmation is not null && await confirmations.CheckAsync(
            requester, FnpPurpose.LimitRaise, MatterOf(account, limits), confirmation, SecurityEventKind.LimitRaiseConfirmed, cancellationToken) is { } refusal)
            return refusal;

        var unconfirmed = false;
        var changed = await store.ChangeLimitsAsync(found.Id, state =>
        {
            var now = PaymentRules.LimitsOf(state, BankTime.Today(time), options.Value);
            // Decided on the locked row: what was lower a moment ago may be higher now.
            unconfirmed = limits.IsAbove(now) && confirmation is null;
            return unconfirmed ? null : PaymentRules.Change(now, limits, FirstDay());
        }, time.GetUtcNow(), CancellationToken.None);
        if (unconfirmed)
            return Reason.ConfirmationRequired;
        reader.Keep(changed);
        if (confirmation is null)
            await GrainFactory.Credentials(Number).Act(requester.SessionId, proof: null, SecurityEventKind.LimitsLowered, requester.Origin, CancellationToken.None);
        return ToStanding(changed);
    }

    /// <summary>The account, if it is the customer's.</summary>
    private async ValueTask<AccountRegistration?> FindOwnAsync(Iban iban, CancellationToken cancellationToken) =>
        await directory.FindAsync(iban.Value, cancellationToken) is { } account && account.CustomerNumber == Number ? account : null;

    private Refusal? Invalid(PaymentLimits limits, Currency currency) =>
        0 <= limits.PaymentMinor && limits.PaymentMinor <= limits.DayMinor && limits.DayMinor <= limits.MonthMinor
            && limits.MonthMinor <= options.Value.AmountsOf(currency).LimitCeilingMinor
            ? null
            : new Refusal(Reason.PaymentLimitsInvalid, "limits");

    /// <summary>The first day that begins after the delay.</summary>
    private DateOnly FirstDay() => options.Value.LimitRaiseDelay == TimeSpan.Zero
        ? BankTime.Today(time)
        : BankTime.DateOf(time.GetUtcNow() + options.Value.LimitRaiseDelay).AddDays(1);

    private PaymentLimitsStanding ToStanding(AccountState state)
    {
        var today = BankTime.Today(time);
        var paid = state.Paid.On(today);
        return new PaymentLimitsStanding(
            state.Currency, PaymentRules.LimitsOf(state, today, options.Value), state.NextLimits is { } next && next.From > today ? next : null,
            options.Value.AmountsOf(state.Currency).LimitCeilingMinor, paid.DayMinor, paid.MonthMinor);
    }

    private static FnpMatter MatterOf(Iban payee) => new(null, payee, $"trusted-payee {payee}");

    private static FnpMatter MatterOf(Iban account, PaymentLimits limits) =>
        new(null, account, FormattableString.Invariant($"limits {account} {limits.PaymentMinor} {limits.DayMinor} {limits.MonthMinor}"));
}

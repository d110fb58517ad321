using System.Globalization;
using BktSmart.Approvals;
using BktSmart.Ledger;
using Npgsql;

namespace BktSmart.Accounts;

/// <summary>
/// The terms of accounts that need two persons. The subject is the IBAN; the version is that of the last change of the account's terms.
/// </summary>
internal sealed class TermsApprovals(ApprovalStore approvals, AccountRegister accounts) : IApprovable<AccountState>
{
    public IReadOnlyCollection<string> Kinds { get; } = [.. Enum.GetValues<TermsAction>().Select(action => action.Kind())];

    /// <param name="limitMinor">The wanted limit; null where the action is about something else.</param>
    public async Task<Result<TermsApproval>> RequestAsync(
        StaffMember staff, AccountRegistration account, TermsAction action, long? limitMinor, string note,
        CancellationToken cancellationToken)
    {
        var request = new ApprovalRequest(
            action.Kind(), account.Number, limitMinor?.ToString(CultureInfo.InvariantCulture), account.CustomerNumber, note);
        var requested = await approvals.RequestAsync(this, staff, request, cancellationToken);
        return requested.Succeeded ? (await DescribeAsync([requested.Value], cancellationToken))[0] : requested.Refusal;
    }

    /// <summary>What can still be confirmed, oldest first.</summary>
    public async Task<IReadOnlyList<TermsApproval>> ListAsync(long afterId, int count, CancellationToken cancellationToken) =>
        await DescribeAsync(await approvals.ListAsync(Kinds, afterId, count, cancellationToken), cancellationToken);

    /// <summary>Makes the change, and gives the account as it then stands.</summary>
    public async Task<Result<(Iban Account, AccountState State)>> ConfirmAsync(
        StaffMember staff, long id, CancellationToken cancellationToken)
    {
        var confirmed = await approvals.ConfirmAsync(this, staff, id, cancellationToken);
        return confirmed.Succeeded
            ? (Iban.Parse(confirmed.Value.Approval.Request.Subject), confirmed.Value.State)
            : confirmed.Refusal;
    }

    public Task<Result<Done>> RejectAsync(StaffMember staff, long id, string note, CancellationToken cancellationToken) =>
        approvals.RejectAsync(this, staff, id, note, cancellationToken);

    public async Task<(AccountState State, long Version)> LockAsync(
        NpgsqlConnection connection, string subject, CancellationToken cancellationToken)
    {
        // account_account_number_key; accounts are never deleted, and keep their numbers
        await using var find = new NpgsqlCommand("select account_id from bank.account where account_number = $1", connection)
        {
            Parameters = { new() { Value = subject } },
        };
        var id = (long)(await find.ExecuteScalarAsync(cancellationToken))!;
        var state = await AccountRegister.LockAsync(connection, id, cancellationToken);
        // account_terms_pkey, backwards
        await using var version = new NpgsqlCommand(
            "select coalesce(max(version), 0) from bank.account_terms where account_id = $1", connection)
        {
            Parameters = { new() { Value = id } },
        };
        return (state, (long)(await version.ExecuteScalarAsync(cancellationToken))!);
    }

    public bool NeedsSecondPerson(AccountState state, ApprovalRequest request)
    {
        var before = AccountTerms.Of(state);
        return Wanted(before, request).NeedSecondPerson(before);
    }

    public Reason? Refuse(AccountState state, ApprovalRequest request) => Wanted(AccountTerms.Of(state), request).Refuse(state);

    public Task<AccountState> ApplyAsync(
        NpgsqlConnection connection, AccountState state, Approval approval, DateTimeOffset now, CancellationToken cancellationToken) =>
        AccountStore.WriteTermsAsync(
            connection, state, Wanted(AccountTerms.Of(state), approval.Request), approval.Id, now, cancellationToken);

    public IEnumerable<KeyValuePair<string, object?>> Describe(ApprovalRequest request, AccountState? changed) => changed is null
        ? [new("iban", request.Subject), new("overdraftLimitMinor", TermsActions.LimitMinor(request.Wanted))]
        : AccountStore.Describe(request.Subject, AccountTerms.Of(changed));

    private static AccountTerms Wanted(AccountTerms before, ApprovalRequest request) =>
        TermsActions.Of(request.Kind).Apply(before, request.Wanted);

    private async Task<IReadOnlyList<TermsApproval>> DescribeAsync(IReadOnlyList<Approval> found, CancellationToken cancellationToken)
    {
        var standing = await accounts.FindWithStatesAsync([.. found.Select(approval => approval.Request.Subject)], cancellationToken);
        return [.. found.Select(approval => ToTermsApproval(approval, standing[approval.Request.Subject].ToDetails()))];
    }

    private static TermsApproval ToTermsApproval(Approval approval, AccountDetails account) => new(
        approval.Id,
        TermsActions.Of(approval.Request.Kind),
        account.Iban,
        account.OverdraftLimit,
        TermsActions.LimitMinor(approval.Request.Wanted) is { } limit ? account.OverdraftLimit with { Minor = limit } : null,
        approval.RequestedBy,
        approval.Request.Reason,
        approval.RequestedAt,
        approval.ExpiresAt);
}

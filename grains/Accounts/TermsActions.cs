using System.Globalization;

namespace BktSmart.Accounts;

/// <summary>What a <see cref="TermsAction"/> does to the terms, and what approvals and the audit trail call it.</summary>
internal static class TermsActions
{
    /// <param name="wanted">The wanted overdraft limit in minor units, where the action is about it.</param>
    public static AccountTerms Apply(this TermsAction action, AccountTerms terms, string? wanted) => action switch
    {
        TermsAction.SetOverdraftLimit => terms with { FloorMinor = -LimitMinor(wanted) },
        TermsAction.ReopenAccount => terms with { Closed = false },
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    /// <summary>Null for an action that is about something else.</summary>
    public static long? LimitMinor(string? wanted) => wanted is null ? null : long.Parse(wanted, CultureInfo.InvariantCulture);

    public static string Kind(this TermsAction action) => action switch
    {
        TermsAction.SetOverdraftLimit => "set-overdraft-limit",
        TermsAction.ReopenAccount => "reopen-account",
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    /// <exception cref="InvalidOperationException">No action has this kind.</exception>
    public static TermsAction Of(string kind) => Enum.GetValues<TermsAction>().Single(action => action.Kind() == kind);
}

namespace BktSmart.Authentication;

/// <summary>How long a password is good (R5), and when its owner is told that it ends.</summary>
internal static class PasswordAge
{
    /// <summary>How long before the end.</summary>
    private static readonly TimeSpan[] Reminders = [TimeSpan.FromDays(7), TimeSpan.FromDays(1)];

    /// <summary>From then on the password opens only a session that can change it; null for never.</summary>
    public static DateTimeOffset? End(CredentialsState state, PasswordOptions options) =>
        state is { PasswordHash: not null, PasswordSetAt: { } setAt } && options.MaxAge > TimeSpan.Zero ? setAt + options.MaxAge : null;

    /// <summary>When the next reminder is due; null for none.</summary>
    public static DateTimeOffset? RemindAt(CredentialsState state, PasswordOptions options) =>
        End(state, options) is { } end && state.PasswordReminders < Reminders.Length ? end - Reminders[state.PasswordReminders] : null;
}

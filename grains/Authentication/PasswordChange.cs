namespace BktSmart.Authentication;

/// <summary>A change of the password that was made in a session, and has ended it.</summary>
/// <param name="SessionId">In which it was made.</param>
/// <param name="FnpSessionId">Whose FNP proved it.</param>
internal sealed record PasswordChange(Guid SessionId, Guid FnpSessionId) : StoredState;

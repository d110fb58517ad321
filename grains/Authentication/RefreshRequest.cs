namespace BktSmart.Authentication;

/// <summary>The request that brought a refresh token.</summary>
/// <param name="Generation">Of that token. Where the session has another, a silo of the version before refreshed it since.</param>
/// <param name="IdHash">SHA-256 of the id that the app made for the request.</param>
internal sealed record RefreshRequest(int Generation, byte[] IdHash) : StoredState;

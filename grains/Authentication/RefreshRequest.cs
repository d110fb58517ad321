namespace BktSmart.Authentication;

/// <summary>The request that brought a refresh token.</summary>
/// <param name="Generation">Of that token. Silos of the version before read it: where it is wrong, they take any repeat.</param>
/// <param name="IdHash">SHA-256 of the id that the app made for the request.</param>
internal sealed record RefreshRequest(int Generation, byte[] IdHash) : StoredState;

using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Holds one session; the truth is its stored state, written before tokens go out. Refresh tokens count up: each works once, for the
/// request that brings it first. That request may come again, because its answer may have been lost, and gets the same next token until
/// that is used. A used token that comes with any other request was stolen from somebody, and ends the session for thief and owner alike.
/// Whether the session is still open, the row of the credentials says at every refresh: a lock or a new password ends all of them in one
/// place.
/// </summary>
[GrainType("session")]
internal sealed partial class SessionGrain(
    [PersistentState("session", GrainStorage.Name)] IPersistentState<SessionState> state,
    TokenIssuer issuer,
    CredentialsStore credentials,
    [BankClock] TimeProvider time,
    IOptions<SessionOptions> options,
    ILogger<SessionGrain> logger) : Grain, ISessionGrain, IMayNameNothing
{
    private Guid Id => Guid.ParseExact(this.GetPrimaryKeyString()[^32..], "N");

    public bool NamesNothing => !state.RecordExists;

    private DateTimeOffset End => state.State.OpenedAt + options.Value.AbsoluteMax;

    public async Task<SessionTokens?> Open(
        CustomerNumber customer, Guid deviceId, bool onlyPasswordChange, Language language, CancellationToken cancellationToken)
    {
        if (state.RecordExists)
            return state.State is { Generation: 1, Ended: false } ? Issue() : null;

        var now = time.GetUtcNow();
        state.State = new SessionState
        {
            Customer = customer.Value,
            DeviceId = deviceId,
            OnlyPasswordChange = onlyPasswordChange,
            Language = language,
            Generation = 1,
            OpenedAt = now,
            RefreshedAt = now,
        };
        await state.WriteOrForgetAsync(this, cancellationToken);
        return Issue();
    }

    public async Task<Result<SessionTokens>> Refresh(int generation, Guid requestId, CancellationToken cancellationToken)
    {
        var session = state.State;
        var now = time.GetUtcNow();
        if (!state.RecordExists || session.Ended || now >= session.RefreshedAt + options.Value.IdleMax || now >= End
            || !await credentials.IsOpenAsync(CustomerNumber.From(session.Customer), Id, cancellationToken))
            return Reason.SessionEnded;

        if (generation == session.Generation)
        {
            session.Generation++;
            session.RefreshedAt = now;
            session.RefreshedBy = new RefreshRequest(session.Generation, HashOf(requestId));
            await state.WriteOrForgetAsync(this, cancellationToken);
            return Issue();
        }

        if (generation == session.Generation - 1
            && CryptographicOperations.FixedTimeEquals(session.RefreshedBy?.IdHash, HashOf(requestId)))
            return Issue();

        LogReuse(Id);
        session.Ended = true;
        await state.WriteOrForgetAsync(this, cancellationToken);
        await GrainFactory.Credentials(CustomerNumber.From(session.Customer)).EndSession(Id, origin: null, CancellationToken.None);
        return Reason.SessionEnded;
    }

    public Task<DateTimeOffset?> GetAccessEnd(CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(
        state.RecordExists && !state.State.Ended ? issuer.AccessEnd(state.State.RefreshedAt, End) : null);

    private static byte[] HashOf(Guid requestId) => SHA256.HashData(requestId.ToByteArray(bigEndian: true));

    private SessionTokens Issue() =>
        issuer.Issue(
            CustomerNumber.From(state.State.Customer), Id, state.State.Generation, time.GetUtcNow(), state.State.RefreshedAt, End,
            state.State.OnlyPasswordChange, state.State.Language);

    [LoggerMessage(2001, LogLevel.Warning, "A refresh token of session {Session} came a second time; the session is ended")]
    private partial void LogReuse(Guid session);
}

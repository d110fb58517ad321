using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Holds one session; the truth is its stored state, written before tokens go out. Refresh tokens count up: each works once. The one before
/// the last is answered with the same next one for some seconds, because the answer may have been lost; any other that comes again was
/// stolen from somebody, and ends the session for thief and owner alike. Whether the session is still open, the row of the credentials says
/// at every refresh: a lock or a new password ends all of them in one place.
/// </summary>
[GrainType("session")]
internal sealed partial class SessionGrain(
    [PersistentState("session", GrainStorage.Name)] IPersistentState<SessionState> state,
    TokenIssuer issuer,
    CredentialsStore credentials,
    TimeProvider time,
    IOptions<SessionOptions> options,
    ILogger<SessionGrain> logger) : Grain, ISessionGrain, IMayNameNothing
{
    private Guid Id => Guid.ParseExact(this.GetPrimaryKeyString()[^32..], "N");

    public bool NamesNothing => !state.RecordExists;

    private DateTimeOffset End => state.State.OpenedAt + options.Value.AbsoluteMax;

    public async Task<SessionTokens?> Open(
        CustomerNumber customer, Guid deviceId, bool onlyPasswordChange, CancellationToken cancellationToken)
    {
        if (state.RecordExists)
            return state.State is { Generation: 1, Ended: false } ? Issue() : null;

        var now = time.GetUtcNow();
        state.State = new SessionState
        {
            Customer = customer.Value,
            DeviceId = deviceId,
            OnlyPasswordChange = onlyPasswordChange,
            Generation = 1,
            OpenedAt = now,
            RefreshedAt = now,
        };
        await state.WriteOrForgetAsync(this, cancellationToken);
        return Issue();
    }

    public async Task<Result<SessionTokens>> Refresh(int generation, CancellationToken cancellationToken)
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
            await state.WriteOrForgetAsync(this, cancellationToken);
            return Issue();
        }

        if (generation == session.Generation - 1 && now < session.RefreshedAt + options.Value.RefreshRetryWindow)
            return Issue();

        LogReuse(Id);
        session.Ended = true;
        await state.WriteOrForgetAsync(this, cancellationToken);
        await GrainFactory.Credentials(CustomerNumber.From(session.Customer)).EndSession(Id, origin: null, CancellationToken.None);
        return Reason.SessionEnded;
    }

    private SessionTokens Issue() =>
        issuer.Issue(
            CustomerNumber.From(state.State.Customer), Id, state.State.Generation, time.GetUtcNow(), state.State.RefreshedAt, End,
            state.State.OnlyPasswordChange);

    [LoggerMessage(2001, LogLevel.Warning, "A refresh token of session {Session} came a second time; the session is ended")]
    private partial void LogReuse(Guid session);
}

using BktSmart.Answers;
using BktSmart.Authentication;
using BktSmart.Values;

namespace BktSmart.Notifications;

/// <summary>A session of which only the newest access token matters.</summary>
internal sealed class FakeSession : ISessionGrain
{
    /// <summary>Null: it has ended.</summary>
    public DateTimeOffset? AccessEnd { get; set; }

    public Task<DateTimeOffset?> GetAccessEnd(CancellationToken cancellationToken) => Task.FromResult(AccessEnd);

    public Task<SessionTokens?> Open(
        CustomerNumber customer, Guid deviceId, bool onlyPasswordChange, Language language, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Result<SessionTokens>> Refresh(int generation, Guid requestId, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}

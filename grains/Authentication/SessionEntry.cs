namespace BktSmart.Authentication;

/// <summary>A session among the credentials.</summary>
internal sealed record SessionEntry(Guid Id, Guid DeviceId, DateTimeOffset OpenedAt) : StoredState;

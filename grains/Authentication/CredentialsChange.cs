using Npgsql;

namespace BktSmart.Authentication;

/// <summary>What is written with a change of credentials.</summary>
/// <param name="Events">For the customer's security log.</param>
/// <param name="Device">Where it came from; null where staff acted.</param>
/// <param name="Origin">The address without its last part.</param>
/// <param name="Ended">Sessions that are refused from now on.</param>
internal sealed record CredentialsChange(
    IReadOnlyList<SecurityEventKind> Events, DateTimeOffset At, Device? Device, string? Origin, IReadOnlyList<Guid> Ended)
{
    /// <summary>When the customer is to be reminded that the password ends; null for never.</summary>
    public DateTimeOffset? RemindAt { get; init; }

    /// <summary>Further statements of the same transaction.</summary>
    public IReadOnlyList<NpgsqlBatchCommand> Also { get; init; } = [];
}

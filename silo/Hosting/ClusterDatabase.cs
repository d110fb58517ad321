using Npgsql;

namespace BktSmart.Silo.Hosting;

/// <summary>
/// A small pool of its own for membership: when grains use up theirs, the silo must still be able to say that it is alive.
/// </summary>
internal sealed record ClusterDatabase(NpgsqlDataSource Source) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Source.DisposeAsync();
}

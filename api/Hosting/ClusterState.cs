namespace BktSmart.Hosting;

/// <summary>
/// Whether this host has ever been connected. Before that the client does not know a single grain type and takes every call for a defect of
/// the caller.
/// </summary>
internal sealed class ClusterState
{
    private volatile bool _established;

    public bool Established
    {
        get => _established;
        set => _established = value;
    }
}

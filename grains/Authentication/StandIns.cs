using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// The actors of a silo that do the work for identifiers that nobody has, so that strangers cannot fill its memory with them. The one that
/// was idle longest leaves for the next. It holds nothing that an answer depends on: if it is called again, another one starts.
/// </summary>
internal sealed class StandIns(IOptions<LockoutOptions> options)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<IGrainContext> _byUse = new();
    private readonly Dictionary<IGrainContext, LinkedListNode<IGrainContext>> _nodes = [];

    public int Count
    {
        get
        {
            lock (_lock)
                return _nodes.Count;
        }
    }

    /// <summary>Notes that one works now, and sends away the one that did so least lately if there are too many.</summary>
    public void Use(IGrainContext standIn)
    {
        IGrainContext? leaves = null;
        lock (_lock)
        {
            if (_nodes.TryGetValue(standIn, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddLast(node);
                return;
            }

            _nodes.Add(standIn, _byUse.AddLast(standIn));
            if (_nodes.Count > options.Value.StandInsMax)
            {
                leaves = _byUse.First!.Value;
                Remove(leaves);
            }
        }

        leaves?.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "There are enough stand-ins."));
    }

    public void Leave(IGrainContext standIn)
    {
        lock (_lock)
            Remove(standIn);
    }

    private void Remove(IGrainContext standIn)
    {
        if (_nodes.Remove(standIn, out var node))
            _byUse.Remove(node);
    }
}

namespace BktSmart;

/// <summary>
/// API nodes call this method. Whoever comes through a gateway, as they do, reaches no other: a silo refuses the call.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ForApiAttribute : Attribute
{
    /// <summary>
    /// Only API nodes of the version before still call it. They work beside the silos of this one during a roll-out, and the permission
    /// goes with the next.
    /// </summary>
    public bool OnlyBefore { get; init; }
}

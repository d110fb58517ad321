namespace BktSmart;

/// <summary>What silos and their clients must say alike to find each other.</summary>
public static class ClusterIdentity
{
    /// <summary>Part of the names under which the cluster keeps its members and reminders: it never changes.</summary>
    public const string ServiceId = "bktsmart";
}

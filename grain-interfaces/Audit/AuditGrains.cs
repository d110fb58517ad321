namespace BktSmart.Audit;

/// <summary>Finds the grain of the audit trail.</summary>
public static class AuditGrains
{
    public static IAuditGrain Audit(this IGrainFactory grains) => grains.GetGrain<IAuditGrain>(0);
}

namespace BktSmart.Cases;

/// <summary>Finds the grain of support cases.</summary>
public static class CaseGrains
{
    public static ISupportCaseGrain SupportCases(this IGrainFactory grains) => grains.GetGrain<ISupportCaseGrain>(0);
}

namespace BktSmart.StandingOrders;

/// <summary>Finds the grains of standing orders.</summary>
public static class StandingOrderGrains
{
    public static IStandingOrdersGrain StandingOrders(this IGrainFactory grains, CustomerNumber number) =>
        grains.Find<IStandingOrdersGrain>(GrainKeys.Customer(number));
}

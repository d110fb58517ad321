namespace BktSmart.Customers;

/// <summary>Finds the grains of customers.</summary>
public static class CustomerGrains
{
    public static ICustomerRegistryGrain CustomerRegistry(this IGrainFactory grains) => grains.GetGrain<ICustomerRegistryGrain>(0);

    public static ICustomerGrain Customer(this IGrainFactory grains, CustomerNumber number) =>
        grains.Find<ICustomerGrain>(GrainKeys.Customer(number));

    public static ICustomerCorrectionGrain CustomerCorrections(this IGrainFactory grains) =>
        grains.GetGrain<ICustomerCorrectionGrain>(0);
}

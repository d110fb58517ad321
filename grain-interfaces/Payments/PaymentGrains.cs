namespace BktSmart.Payments;

/// <summary>Finds the grains of payments.</summary>
public static class PaymentGrains
{
    public static IPaymentSettingsGrain PaymentSettings(this IGrainFactory grains, CustomerNumber number) =>
        grains.Find<IPaymentSettingsGrain>(GrainKeys.Customer(number));
}

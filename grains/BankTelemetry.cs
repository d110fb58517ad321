namespace BktSmart;

/// <summary>The name of the bank's meter and activity source.</summary>
public static class BankTelemetry
{
    public const string Name = "BktSmart";
}

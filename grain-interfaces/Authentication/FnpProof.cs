namespace BktSmart.Authentication;

/// <summary>Who proved to hold the registered phone, and from which device.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpProof")]
public sealed record FnpProof([property: Id(0)] CustomerNumber Customer, [property: Id(1)] Device Device, [property: Id(2)] int Epoch);

namespace BktSmart.Authentication;

/// <summary>Who proved to hold the registered phone, and from which device.</summary>
/// <param name="Use">Names what the FNP was used for, and is the same when it is shown again.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpProof")]
public sealed record FnpProof(
    [property: Id(0)] CustomerNumber Customer, [property: Id(1)] Device Device, [property: Id(2)] int Epoch,
    [property: Id(3)] Guid Use);

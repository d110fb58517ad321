namespace BktSmart.Customers;

/// <summary>What the branch enters to open a customer. Without a number the bank assigns the next one.</summary>
/// <param name="RequestId">Made by the branch terminal; the same id with the same content is the same customer.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.NewCustomer")]
public sealed record NewCustomer(
    [property: Id(0)] Guid RequestId,
    [property: Id(1)] CustomerNumber? Number,
    [property: Id(2)] NationalId NationalId,
    [property: Id(3)] string Name,
    [property: Id(4)] PhoneNumber Phone,
    [property: Id(5)] Language Language);

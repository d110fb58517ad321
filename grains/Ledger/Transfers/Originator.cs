namespace BktSmart.Ledger;

/// <summary>Who gave an order. What a customer orders needs an approval, and counts for the limits of the account.</summary>
/// <param name="Staff">The subject of the person; null where it was none of the staff.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Originator")]
internal readonly record struct Originator([property: Id(0)] OriginatorKind Kind, [property: Id(1)] string? Staff)
{
    public static Originator Customer => new(OriginatorKind.Customer, null);

    public static Originator StandingOrder => new(OriginatorKind.StandingOrder, null);

    public static Originator Bank => new(OriginatorKind.Bank, null);

    /// <summary>Whether a customer answers for the order.</summary>
    public bool IsCustomer => Kind is OriginatorKind.Customer or OriginatorKind.StandingOrder;

    public static Originator Of(StaffMember staff) => new(OriginatorKind.Staff, staff.Subject);

    /// <summary>As it is recorded.</summary>
    /// <param name="recorded">Null in rows of before originators were recorded, where the kind of transfer tells.</param>
    public static Originator Of(OriginatorKind? recorded, TransferKind transfer, string? staff) =>
        new(recorded ?? (transfer == TransferKind.HoldExpiry ? OriginatorKind.Bank
            : staff is not null ? OriginatorKind.Staff
            : OriginatorKind.Customer), staff);
}

namespace BktSmart.Authentication;

/// <summary>
/// What the customer may know of an FNP's way while signing in (R8). An FNP that was never sent looks like one that is on its way.
/// </summary>
public enum FnpDelivery
{
    OnItsWay = 1,

    /// <summary>The provider gave up: no coverage, a full inbox, a wrong number.</summary>
    NotDelivered = 2,
}

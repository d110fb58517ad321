namespace BktSmart.Authentication;

/// <summary>Who may call a method.</summary>
internal enum Caller
{
    Anyone,
    Customer,
    Branch,
    ContactCentre,
    Operations,
    Auditor,
}

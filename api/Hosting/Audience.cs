namespace BktSmart.Hosting;

/// <summary>Whom a listener is for, or what is served there.</summary>
[Flags]
internal enum Audience
{
    Nobody = 0,
    Customers = 1,
    Staff = 2,
    Operators = 4,
    Everybody = Customers | Staff | Operators,
}

using BktSmart.Dev.Client;

namespace BktSmart.Dev.Demo;

/// <summary>A person whom the branch has set up.</summary>
public sealed record DemoCustomer(Person Person, string CustomerNumber, string Iban)
{
    /// <summary>Whether the customer has a password.</summary>
    public bool IsEnrolled { get; init; }

    /// <summary>Resource name of the account.</summary>
    public string Account => $"accounts/{Iban}";
}

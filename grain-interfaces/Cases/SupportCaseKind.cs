namespace BktSmart.Cases;

/// <summary>Why the contact centre has to look at a customer. The numbers are stored.</summary>
public enum SupportCaseKind
{
    /// <summary>An FNP that the customer did not ask for (R11).</summary>
    FnpReported = 1,
}

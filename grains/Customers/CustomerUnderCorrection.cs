namespace BktSmart.Customers;

/// <summary>A customer's details under their lock.</summary>
/// <param name="Before">Before they were corrected; null where they are not.</param>
internal sealed record CustomerUnderCorrection(CustomerDetails Details, CustomerDetails? Before = null);

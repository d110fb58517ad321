namespace BktSmart.Ledger;

/// <param name="Customer">Null for an account of the bank.</param>
internal readonly record struct VerifiedAccount(string Currency, int? Customer)
{
    public bool IsOfTheSameCustomer(VerifiedAccount other) => Customer is not null && Customer == other.Customer;
}

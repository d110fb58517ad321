namespace BktSmart.Accounts;

/// <summary>Finds the grains of accounts.</summary>
public static class AccountGrains
{
    public static IAccountGrain Account(this IGrainFactory grains, Iban iban) => grains.Find<IAccountGrain>(iban.Value);

    public static ITermsApprovalGrain TermsApprovals(this IGrainFactory grains) => grains.GetGrain<ITermsApprovalGrain>(0);
}

namespace BktSmart.Dev.Bank;

/// <summary>The programs of one version of the bank, as paths of their assemblies.</summary>
public sealed record BankPrograms(string Silo, string Api)
{
    /// <summary>Those of this working copy.</summary>
    /// <exception cref="LaunchException">They are not built.</exception>
    public static BankPrograms Ours() => new(Repository.Program("silo", "silo"), Repository.Program("api", "api"));
}

using System.Security.Cryptography;
using BktSmart.Dev.Processes;
using BktSmart.Dev.Staff;

namespace BktSmart.Dev.Bank;

/// <summary>Makes the keys that a real silo gets from the bank's secret store.</summary>
public static class BankKeys
{
    private const int PepperBytes = 32;

    /// <summary>Adds what is missing; keys that are there stay, because the database depends on them.</summary>
    public static void Ensure(string folder)
    {
        Directory.CreateDirectory(folder);
        SecretFile.ReadOrCreate(
            Path.Combine(folder, "pepper.key"), () => Convert.ToBase64String(RandomNumberGenerator.GetBytes(PepperBytes)));
        SecretFile.ReadOrCreate(Path.Combine(folder, "access-token.pem"), StaffIssuer.NewKey);
    }
}

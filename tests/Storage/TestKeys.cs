using System.Security.Cryptography;
using BktSmart.Keys;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Storage;

/// <summary>Keys of a bank, made for the run of the tests.</summary>
internal static class TestKeys
{
    private static readonly Lazy<BankKeys> Made = new(Make);

    public static BankKeys Bank => Made.Value;

    private static BankKeys Make()
    {
        var folder = Directory.CreateTempSubdirectory("bktsmart-keys").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "pepper.key"), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            File.WriteAllText(Path.Combine(folder, "access-token.pem"), key.ExportPkcs8PrivateKeyPem());
            return new BankKeys(Options.Create(new KeyOptions { Directory = folder }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

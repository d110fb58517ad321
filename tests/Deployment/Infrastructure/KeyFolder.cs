using System.Security.Cryptography;

namespace BktSmart.Infrastructure;

/// <summary>A folder with keys as a silo wants them, while the signing key is replaced.</summary>
internal sealed record KeyFolder(string Path) : IDisposable
{
    public static KeyFolder Create()
    {
        var folder = Directory.CreateTempSubdirectory("bktsmart-keys-").FullName;
        File.WriteAllText(System.IO.Path.Combine(folder, "pepper.key"), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        foreach (var name in (string[])["access-token.pem", "access-token-next.pem", "access-token-previous.pem"])
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            File.WriteAllText(System.IO.Path.Combine(folder, name), key.ExportPkcs8PrivateKeyPem());
        }

        return new KeyFolder(folder);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

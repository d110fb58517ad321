using System.Security.Cryptography;

namespace BktSmart.Infrastructure;

/// <summary>A folder with keys as a silo wants them.</summary>
internal sealed record KeyFolder(string Path) : IDisposable
{
    public static KeyFolder Create()
    {
        var folder = Directory.CreateTempSubdirectory("bktsmart-keys-").FullName;
        File.WriteAllText(System.IO.Path.Combine(folder, "pepper.key"), Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(System.IO.Path.Combine(folder, "access-token.pem"), key.ExportPkcs8PrivateKeyPem());
        return new KeyFolder(folder);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

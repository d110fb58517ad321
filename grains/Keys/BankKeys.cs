using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Keys;

/// <summary>
/// The bank's keys. From the one secret of <c>pepper.key</c> HKDF (RFC 5869) derives a key for each use, so that a stolen database gives
/// neither FNPs nor card numbers nor refresh tokens.
/// </summary>
public sealed class BankKeys : IDisposable
{
    private const string PepperFile = "pepper.key";
    private const string AccessTokenFile = "access-token.pem";
    private static readonly string[] OtherAccessTokenFiles = ["access-token-next.pem", "access-token-previous.pem"];
    private const int PepperLength = 32;

    private readonly byte[] _fnpKey;
    private readonly byte[] _cardKey;
    private readonly byte[] _refreshKey;
    private readonly byte[] _idKey;
    private readonly byte[] _attemptKey;

    public BankKeys(IOptions<KeyOptions> options)
    {
        var directory = options.Value.Directory;
        var pepper = Convert.FromBase64String(File.ReadAllText(Path.Combine(directory, PepperFile)).Trim());
        _fnpKey = Derive(pepper, "fnp");
        _cardKey = Derive(pepper, "card");
        _refreshKey = Derive(pepper, "refresh-token");
        _idKey = Derive(pepper, "id");
        _attemptKey = Derive(pepper, "attempt");
        CryptographicOperations.ZeroMemory(pepper);

        AccessTokenKey = ReadKey(Path.Combine(directory, AccessTokenFile));
        PublishedKeys =
        [
            AccessTokenKey,
            .. OtherAccessTokenFiles.Select(file => Path.Combine(directory, file)).Where(File.Exists).Select(ReadKey).DistinctBy(
                key => key.KeyId)
                .Where(key => key.KeyId != AccessTokenKey.KeyId),
        ];
    }

    /// <summary>Signs access tokens (ES256). The id is the key's thumbprint (RFC 7638).</summary>
    public ECDsaSecurityKey AccessTokenKey { get; }

    /// <summary>The keys whose tokens are good: the one that signs, the next, and the one before.</summary>
    public IReadOnlyList<ECDsaSecurityKey> PublishedKeys { get; }

    /// <summary>What is wrong with the folder, as a sentence that says what to do; null where nothing is.</summary>
    public static string? FindProblem(KeyOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Directory))
            return "Keys:Directory is not set: give the folder that holds pepper.key and access-token.pem.";
        try
        {
            if (Convert.FromBase64String(File.ReadAllText(Path.Combine(options.Directory, PepperFile)).Trim()).Length != PepperLength)
                return $"Keys:Directory: {PepperFile} must hold {PepperLength} random bytes in base64.";
            foreach (var file in (string[])[AccessTokenFile, .. OtherAccessTokenFiles.Where(
                file => File.Exists(Path.Combine(options.Directory, file)))])
            {
                using var key = ReadKey(Path.Combine(options.Directory, file)).ECDsa;
                if (key.KeySize != 256 || (file == AccessTokenFile && !IsPrivate(key)))
                    return $"Keys:Directory: {file} must hold an EC P-256 {(file == AccessTokenFile ? "private key" : "key")}.";
            }

            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or ArgumentException
            or CryptographicException)
        {
            return $"Keys:Directory: {PepperFile} (32 random bytes in base64) and {AccessTokenFile} (EC P-256 private key, PKCS #8 PEM) "
                + "cannot both be read.";
        }
    }

    /// <summary>A keyed hash of an FNP, different for every session and so of no use in another.</summary>
    public byte[] FnpHash(string sessionKey, Secret fnp) =>
        HMACSHA256.HashData(_fnpKey, Encoding.UTF8.GetBytes($"{sessionKey}\n{fnp.Value}"));

    /// <summary>
    /// The id of what follows from something by a rule: the same each time, and nobody without the key can take it beforehand. A UUID of
    /// version 8, which no client may use.
    /// </summary>
    /// <param name="rule">The name of the rule.</param>
    public Guid FollowingId(string rule, Guid from) =>
        ToUuid(HMACSHA256.HashData(_idKey, (byte[])[.. Encoding.UTF8.GetBytes($"{rule}\n"), .. from.ToByteArray(bigEndian: true)]));

    /// <summary>
    /// The id of the attempt that a request begins: the same for the same request, another one for any other. It says nothing of a
    /// password in it, also to whoever has the key: the id of the request is random, and stored nowhere.
    /// </summary>
    /// <param name="purpose">What is begun.</param>
    /// <param name="request">Made by the app.</param>
    /// <param name="content">All that the request says.</param>
    public Guid AttemptId(string purpose, Guid request, params ReadOnlySpan<string> content)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _attemptKey);
        hash.AppendData(request.ToByteArray(bigEndian: true));
        Append(purpose);
        foreach (var part in content)
            Append(part);
        return ToUuid(hash.GetHashAndReset());

        // With its length, or two contents could run together into one.
        void Append(string part)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            Span<byte> length = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
    }

    /// <summary>A keyed hash of a full card number: finds the card, and cannot be turned back without the key.</summary>
    public byte[] CardFingerprint(Secret cardNumber) => HMACSHA256.HashData(_cardKey, Encoding.ASCII.GetBytes(cardNumber.Value));

    /// <summary>A refresh token: session, generation, and a MAC over both. Nothing of it needs to be stored.</summary>
    public Secret RefreshToken(Guid session, int generation)
    {
        Span<byte> token = stackalloc byte[RefreshTokens.Size];
        session.TryWriteBytes(token, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(token[16..], generation);
        HMACSHA256.HashData(_refreshKey, token[..RefreshTokens.SignedSize], token[RefreshTokens.SignedSize..]);
        return new Secret(Base64UrlEncoder.Encode(token.ToArray()));
    }

    /// <summary>Reads a refresh token that this bank made; false for anything else.</summary>
    public bool TryReadRefreshToken(Secret token, out Guid session, out int generation)
    {
        session = default;
        generation = 0;
        Span<byte> bytes = stackalloc byte[RefreshTokens.Size];
        if (!RefreshTokens.TryDecode(token, bytes)
            || !CryptographicOperations.FixedTimeEquals(
                HMACSHA256.HashData(_refreshKey, bytes[..RefreshTokens.SignedSize]), bytes[RefreshTokens.SignedSize..]))
            return false;
        session = RefreshTokens.SessionOf(bytes);
        generation = BinaryPrimitives.ReadInt32BigEndian(bytes[16..]);
        return true;
    }

    public void Dispose()
    {
        foreach (var key in PublishedKeys)
            key.ECDsa.Dispose();
    }

    private static Guid ToUuid(byte[] hash)
    {
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    private static ECDsaSecurityKey ReadKey(string file)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(File.ReadAllText(file));
        // With a factory of its own: the shared one would keep signers of a key beyond its disposal.
        var key = new ECDsaSecurityKey(ecdsa) { CryptoProviderFactory = new CryptoProviderFactory() };
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }

    private static bool IsPrivate(ECDsa key)
    {
        try
        {
            return key.ExportParameters(includePrivateParameters: true).D is not null;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static byte[] Derive(byte[] pepper, string use) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, pepper, 32, info: Encoding.ASCII.GetBytes($"bktsmart/{use}/1"));
}

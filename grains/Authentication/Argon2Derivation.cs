using System.Text;
using NSec.Cryptography;

namespace BktSmart.Authentication;

/// <summary>Argon2id (RFC 9106) on one lane.</summary>
internal sealed class Argon2Derivation : IPasswordDerivation
{
    public byte[] Derive(Secret password, byte[] salt, int memoryKib, int passes, int length)
    {
        var parameters = new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memoryKib, NumberOfPasses = passes };
        return PasswordBasedKeyDerivationAlgorithm.Argon2id(parameters).DeriveBytes(Encoding.UTF8.GetBytes(password.Value), salt, length);
    }
}

namespace BktSmart.Authentication;

/// <summary>The costly step of a password hash: one call keeps a processor for as long as the parameters say.</summary>
internal interface IPasswordDerivation
{
    byte[] Derive(Secret password, byte[] salt, int memoryKib, int passes, int length);
}

namespace BktSmart.Authentication;

/// <summary>The rules that the interfaces publish about passwords (R5).</summary>
public static class PasswordRules
{
    public const int LengthMin = 8;
    public const int LengthMax = 128;
}

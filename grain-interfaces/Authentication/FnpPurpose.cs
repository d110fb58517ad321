namespace BktSmart.Authentication;

/// <summary>What an FNP is for; it opens nothing else. The numbers are stored.</summary>
public enum FnpPurpose
{
    Enrolment = 1,
    SignIn = 2,
    PasswordChange = 3,
    PasswordReset = 4,
    Payment = 5,
    TrustedPayee = 6,
    LimitRaise = 7,
    StandingOrder = 8,
}

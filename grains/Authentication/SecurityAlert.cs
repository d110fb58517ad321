namespace BktSmart.Authentication;

/// <summary>What a customer is warned of by SMS, wherever the push messages go.</summary>
internal enum SecurityAlert
{
    /// <summary>One more failure locks sign-in (RTS 2018/389 art. 4(4)).</summary>
    LastTry,
    Locked,
    PasswordChanged,

    /// <summary>It must be changed within some days.</summary>
    PasswordEnds,
    NewDevice,

    /// <summary>To the number before.</summary>
    PhoneChanged,

    /// <summary>Staff ended what a reported FNP began.</summary>
    RiskEnded,
}

namespace BktSmart.Customers;

/// <summary>What happened to a customer besides postings, as far as the inbox tells of it. The numbers are stored.</summary>
internal enum CustomerEventKind : short
{
    SignedInOnNewDevice = 1,
    SignInLocked = 2,
    PasswordChanged = 3,

    /// <summary>The password must be changed within some days (R5).</summary>
    PasswordEnds = 4,
    PhoneChanged = 5,
    LimitsRaised = 6,

    /// <summary>Name or NID, in a branch.</summary>
    DetailsCorrected = 7,

    /// <summary>Payments go as usual again after a reported FNP.</summary>
    RaisedRiskEnded = 8,

    /// <summary>A payment that was ordered in advance was not booked, and is not tried again.</summary>
    StandingOrderPaymentFailed = 9,

    /// <summary>An order does not pay any more until the customer resumes it.</summary>
    StandingOrderPaused = 10,
}

namespace BktSmart.Bench.Jam;

/// <summary>What a jammer does, all the time and as fast as it goes.</summary>
internal enum JamKind
{
    /// <summary>Messages that begin and never end.</summary>
    SlowMessages,

    /// <summary>Sign-ins of identifiers that nobody has.</summary>
    FirstSteps,

    /// <summary>Messages that are none.</summary>
    Garbage,

    /// <summary>Headers above the API's limit and below Kestrel's, which ends connections.</summary>
    LargeHeaders,

    /// <summary>Connections that are opened and left idle.</summary>
    Connections,

    /// <summary>Calls of one customer on one session.</summary>
    OneCustomer,
}

namespace BktSmart.Authentication;

/// <summary>What became of an SMS with an FNP in the silo.</summary>
internal enum SmsOutcome
{
    /// <summary>The provider has it.</summary>
    Accepted,

    /// <summary>The provider did not take it in time, or said no.</summary>
    Failed,

    /// <summary>The queue was full.</summary>
    Dropped,

    /// <summary>The FNP in it expired in the queue.</summary>
    Late,

    /// <summary>The number has had its share, or is suspended, or what it was for has ended.</summary>
    NotAllowed,
}

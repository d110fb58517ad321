namespace BktSmart.Silo.Verification;

/// <summary>Section <c>Verification</c>: what <c>silo verify</c> keeps.</summary>
public sealed class VerificationOptions
{
    public const string Section = "Verification";

    /// <summary>Where the heads of each proof are kept, and whose lines it holds the ledger to; empty for nowhere.</summary>
    public string HeadsFile { get; set; } = "";
}

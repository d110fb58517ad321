namespace BktSmart.Ledger;

/// <summary>
/// The ledger's answer to one order: what is recorded under its id (now or long ago), or a refusal that leaves no record.
/// </summary>
internal readonly record struct Decision(RecordedTransfer? Recorded, Refusal? Refusal)
{
    /// <summary>Whether it is still to come.</summary>
    public bool IsOpen => Recorded is null && Refusal is null;
}

namespace BktSmart.Cases;

/// <summary>The cases of the contact centre.</summary>
[Alias("bktsmart.ISupportCaseGrain")]
public interface ISupportCaseGrain : IGrainWithIntegerKey
{
    /// <summary>What is open, oldest first; 200 at most.</summary>
    [Alias("ListOpen"), ForApi]
    Task<IReadOnlyList<SupportCase>> ListOpen(CancellationToken cancellationToken);

    /// <summary>Closes a case, audited.</summary>
    [Alias("Close"), ForApi]
    Task<Result<Done>> Close(StaffMember staff, long id, string note, CancellationToken cancellationToken);
}

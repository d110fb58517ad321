using Npgsql;

namespace BktSmart.Approvals;

/// <summary>
/// A change that needs two persons: its slice knows how to lock, to check and to make it; <see cref="ApprovalStore"/> sees to it that they
/// are two, that the second confirms what the first asked for, and that decision, change and entry in the audit trail are one transaction.
/// </summary>
/// <typeparam name="T">What is changed, as it stands under its lock.</typeparam>
internal interface IApprovable<T>
{
    /// <summary>The kinds of this change. They are stored, and name the action in the audit trail.</summary>
    IReadOnlyCollection<string> Kinds { get; }

    /// <summary>
    /// Locks what a request is about until the end of the transaction, and gives it with its version, which every change moves on. The lock
    /// comes first, so that decisions about one subject come one after the other.
    /// </summary>
    Task<(T State, long Version)> LockAsync(NpgsqlConnection connection, string subject, CancellationToken cancellationToken);

    /// <summary>Whether the change still gives more than one person may give.</summary>
    bool NeedsSecondPerson(T state, ApprovalRequest request);

    /// <summary>Why what is locked cannot be changed so.</summary>
    Reason? Refuse(T state, ApprovalRequest request);

    /// <summary>Makes the change. The decision is written already.</summary>
    Task<T> ApplyAsync(NpgsqlConnection connection, T state, Approval approval, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>What the audit trail says beside kind, persons and reason.</summary>
    /// <param name="changed">After the change; the default where nothing is changed.</param>
    IEnumerable<KeyValuePair<string, object?>> Describe(ApprovalRequest request, T? changed);
}

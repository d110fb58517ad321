using BktSmart.Dev.Processes;

namespace BktSmart.Dev.Bank;

/// <summary>What a <see cref="LocalBank"/> is made of.</summary>
public sealed record LocalBankOptions
{
    /// <summary>Where ports, keys, logs and messages are kept; held by this launcher.</summary>
    public required DataFolder Data { get; init; }

    /// <summary>The database login that migrates.</summary>
    public required string OwnerConnectionString { get; init; }

    /// <summary>The database login of the silos.</summary>
    public required string SiloConnectionString { get; init; }

    /// <summary>Null for the programs of this working copy.</summary>
    public BankPrograms? Programs { get; init; }

    /// <summary>Settings of the silos on top of the usual ones, as environment variables (<c>Section__Name</c>).</summary>
    public IReadOnlyDictionary<string, string> SiloSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings of the API on top of the usual ones, as environment variables (<c>Section__Name</c>).</summary>
    public IReadOnlyDictionary<string, string> ApiSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the clock that its rules go by can be moved on.</summary>
    public bool ClockMoves { get; init; }

    /// <summary>Told what is going on.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>No secrets: the connection strings hold passwords.</summary>
    public override string ToString() => $"{nameof(LocalBankOptions)} of {Data.Root}";
}

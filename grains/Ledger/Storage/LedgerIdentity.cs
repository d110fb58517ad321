namespace BktSmart.Ledger;

/// <summary>Under which name this run of a silo books: its address with its generation.</summary>
internal sealed record LedgerIdentity(string Silo);

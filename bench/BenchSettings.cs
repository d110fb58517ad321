namespace BktSmart.Bench;

/// <summary>What was chosen on the command line.</summary>
/// <param name="Entries">Postings of the large ledger of the rows page and verify.</param>
/// <param name="DayAccounts">Accounts of the bank whose business dates end.</param>
/// <param name="Orders">Standing orders that are due together there.</param>
/// <param name="TextbookPool">Connections of the textbook.</param>
/// <param name="PgBenchClients">Clients of pgbench.</param>
internal sealed record BenchSettings(
    int Seconds, int WarmUpSeconds, int InFlight, int Rounds, int Accounts, long Entries, int DayAccounts, int Orders,
    int TextbookPool, int PgBenchClients);

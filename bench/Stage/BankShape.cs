namespace BktSmart.Bench.Stage;

/// <summary>What a bank has when it starts.</summary>
/// <param name="Accounts">Customers' accounts, each with a deposit.</param>
/// <param name="Entries">Postings besides the deposits.</param>
/// <param name="Silos">Processes of one cluster, on this machine.</param>
/// <param name="Before">Its programs and its schema are those of the version before.</param>
/// <param name="PushTakes">How long the push service takes for a message; null where no customer has a device.</param>
/// <param name="Called">The accounts that a load calls, from the first one on; null for all.</param>
internal sealed record BankShape(
    string Name, int Accounts, long Entries = 0, int Silos = 1, bool Before = false, TimeSpan? PushTakes = null,
    int? Called = null);

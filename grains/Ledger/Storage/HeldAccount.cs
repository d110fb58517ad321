namespace BktSmart.Ledger;

/// <summary>An account whose row another transaction holds locked.</summary>
/// <param name="Transaction">PostgreSQL's number of it.</param>
/// <param name="HolderName">Whose that is, for the operator; empty where that cannot be told.</param>
internal readonly record struct HeldAccount(long Id, uint Transaction, string HolderName);

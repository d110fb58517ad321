using BktSmart.Dev.Client;

namespace BktSmart.Bench.Indistinguishable;

/// <summary>A customer of the bank, and the number that the bank gave.</summary>
internal sealed record Resident(Person Person, string Number);

namespace BktSmart.Silo.Migration;

/// <summary>A statement that runs outside of a transaction.</summary>
/// <param name="Repeats">Whether it is run until it changes no row: a change of many rows in small bites.</param>
internal sealed record MigrationStep(string Name, string Sql, bool Repeats);

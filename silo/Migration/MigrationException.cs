namespace BktSmart.Silo.Migration;

/// <summary>A migration that cannot be done; the message is for the operator.</summary>
internal sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);

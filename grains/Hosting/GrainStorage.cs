namespace BktSmart.Hosting;

/// <summary>The storage of state that only its own grain reads: PostgreSQL through the Orleans provider, as JSON.</summary>
internal static class GrainStorage
{
    public const string Name = "bank";

    /// <summary>
    /// Writes the state. When that fails, nobody knows what is stored, so the activation and what it holds in memory are given up; the next
    /// call starts from what is stored.
    /// </summary>
    public static async Task WriteOrForgetAsync<T>(this IPersistentState<T> state, IGrainBase grain, CancellationToken cancellationToken)
    {
        try
        {
            await state.WriteStateAsync(cancellationToken);
        }
        catch
        {
            grain.DeactivateOnIdle();
            throw;
        }
    }
}

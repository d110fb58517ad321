using System.Diagnostics;

namespace BktSmart.Dev;

/// <summary>Says that something long is still going on, so that nobody stares at a silent terminal.</summary>
public static class Patience
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Waits for <paramref name="work"/>; every five seconds says what it is and how long it has taken.</summary>
    public static async Task<T> WithPatience<T>(this Task<T> work, string doing, Action<string> say)
    {
        var watch = Stopwatch.StartNew();
        while (await Task.WhenAny(work, Task.Delay(Interval)) != work)
            say($"  still {doing} ({watch.Elapsed.TotalSeconds:F0} s)");
        return await work;
    }

    /// <inheritdoc cref="WithPatience{T}"/>
    public static Task WithPatience(this Task work, string doing, Action<string> say) =>
        WithPatience(Wrap(work), doing, say);

    private static async Task<bool> Wrap(Task work)
    {
        await work;
        return true;
    }
}

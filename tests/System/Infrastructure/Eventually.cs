using System.Diagnostics;

namespace BktSmart.Infrastructure;

/// <summary>Waits for what can be observed.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    // Only a defect takes longer, however busy the machine is.
    private static readonly TimeSpan PatienceDefault = TimeSpan.FromMinutes(2);

    public static Task EqualAsync<T>(T expected, Func<Task<T>> read, string what, TimeSpan? patience = null) =>
        TrueAsync(read, value => EqualityComparer<T>.Default.Equals(value, expected), $"{what}: {expected}", patience);

    public static Task AtLeastAsync(long expected, Func<long> read, string what, TimeSpan? patience = null) =>
        TrueAsync(() => Task.FromResult(read()), value => value >= expected, $"{what}: at least {expected}", patience);

    private static async Task TrueAsync<T>(Func<Task<T>> read, Predicate<T> isWanted, string what, TimeSpan? patience)
    {
        var watch = Stopwatch.StartNew();
        var limit = patience ?? PatienceDefault;
        while (true)
        {
            var value = await read();
            if (isWanted(value))
                return;
            Assert.True(watch.Elapsed < limit, $"Expected within {limit.TotalSeconds:F0} s: {what}; it is {value}.");
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }
}

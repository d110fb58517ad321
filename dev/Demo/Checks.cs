namespace BktSmart.Dev.Demo;

/// <summary>What the demo expects of the bank. The first thing that is not so ends it.</summary>
internal sealed class Checks
{
    public int Passed { get; private set; }

    public void Equal<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new CheckFailedException(what, $"{expected}", $"{actual}");
        Passed++;
    }

    public void True(string what, bool holds, string expected, object? actual)
    {
        if (!holds)
            throw new CheckFailedException(what, expected, $"{actual ?? "nothing"}");
        Passed++;
    }
}

namespace BktSmart.Tests.Rules.Ledger;

/// <summary>Where a test takes its choices from.</summary>
internal abstract class Draw
{
    /// <param name="count">1 to 256.</param>
    /// <returns>From 0, below the count.</returns>
    public abstract int Next(int count);

    public bool Chance(int percent) => Next(100) >= 100 - percent;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];
}

/// <summary>Choices from bytes that a generator made and can shrink. After the last byte every choice is the first.</summary>
internal sealed class TapeDraw(byte[] tape) : Draw
{
    private int _at;

    public bool IsOver => _at >= tape.Length;

    public override int Next(int count) => IsOver ? 0 : (tape[_at++] * count) >> 8;
}

/// <summary>Choices from a seed, the same on every machine and version: SplitMix64.</summary>
internal sealed class SeededDraw(ulong seed) : Draw
{
    private ulong _state = seed;

    public override int Next(int count) => (int)(NextNumber() % (ulong)count);

    public ulong NextNumber()
    {
        unchecked
        {
            var z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}

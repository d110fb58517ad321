namespace BktSmart.Bench.Rows;

/// <summary>Somebody who is measured in a row; called once a round.</summary>
internal sealed record Subject(string Name, string Unit, Func<CancellationToken, Task<Sample>> MeasureAsync);

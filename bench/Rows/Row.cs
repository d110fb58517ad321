using BktSmart.Bench.Stage;

namespace BktSmart.Bench.Rows;

/// <summary>A row of the benchmark: who is measured in turn, in each round.</summary>
/// <param name="Name">A row that belongs to another has its name after a dot, such as <c>hot.zipf</c>.</param>
/// <param name="PrepareAsync">Starts and warms what the subjects need, before the first round.</param>
/// <param name="Ledgers">The banks whose ledgers must be sound after the row; none where the row moves no money of ours.</param>
internal sealed record Row(
    string Name,
    IReadOnlyList<Subject> Subjects,
    IReadOnlyList<Goal> Goals,
    Func<CancellationToken, Task> PrepareAsync,
    params IReadOnlyList<Func<CancellationToken, Task<BenchBank>>> Ledgers);

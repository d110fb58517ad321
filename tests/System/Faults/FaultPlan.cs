namespace BktSmart.Faults;

internal enum FaultKind
{
    LeaderKilled,
    OtherSiloKilled,
    AllSilosKilled,
    LeaderFrozen,
    OtherSiloFrozen,
    ApiNodeKilled,
    PostgresKilled,
    BookingsCut,
    NetworkSilent,
    RowLocked,
}

/// <param name="Lasts">How long something is down, frozen, cut again and again, or locked. A silent network is so at once.</param>
/// <param name="Node">Which node of the API, where one is meant.</param>
internal readonly record struct Fault(FaultKind Kind, TimeSpan Lasts, int Node)
{
    public string Name => Kind switch
    {
        FaultKind.LeaderKilled => "silo that books killed",
        FaultKind.OtherSiloKilled => "other silo killed",
        FaultKind.AllSilosKilled => "both silos killed",
        FaultKind.LeaderFrozen => "silo that books frozen",
        FaultKind.OtherSiloFrozen => "other silo frozen",
        FaultKind.ApiNodeKilled => "API node killed",
        FaultKind.PostgresKilled => "PostgreSQL killed",
        FaultKind.BookingsCut => "connections cut in a booking",
        FaultKind.NetworkSilent => "connections to PostgreSQL silent",
        FaultKind.RowLocked => "row of an account locked",
        _ => throw new ArgumentOutOfRangeException(nameof(Kind), Kind, null),
    };
}

/// <summary>What breaks in a run, one after the other: in every ten each kind once, in an order and for times drawn from a seed.</summary>
internal static class FaultPlan
{
    public const int Nodes = 2;

    private static readonly (FaultKind Kind, int SecondsMin, int SecondsMax)[] Kinds =
    [
        (FaultKind.LeaderKilled, 0, 10),
        (FaultKind.OtherSiloKilled, 0, 10),
        (FaultKind.AllSilosKilled, 0, 10),
        (FaultKind.LeaderFrozen, 2, 30),
        (FaultKind.OtherSiloFrozen, 2, 30),
        (FaultKind.ApiNodeKilled, 0, 10),
        (FaultKind.PostgresKilled, 0, 10),
        (FaultKind.BookingsCut, 5, 15),
        (FaultKind.NetworkSilent, 0, 0),
        (FaultKind.RowLocked, 5, 30),
    ];

    public static IEnumerable<Fault> Draw(int seed)
    {
        var random = new Random(seed);
        while (true)
        {
            var round = Kinds.ToArray();
            random.Shuffle(round);
            foreach (var (kind, least, most) in round)
                yield return new Fault(kind, TimeSpan.FromSeconds(random.Next(least, most + 1)), random.Next(Nodes));
        }
    }
}

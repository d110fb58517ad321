namespace BktSmart.Tests.Architecture;

/// <summary>The order of rooms, from the ground up. <c>docs/architecture.md</c> draws it.</summary>
internal static class Rooms
{
    /// <summary>Rooms of one line know nothing of each other.</summary>
    public static readonly IReadOnlyList<IReadOnlyList<string>> FromTheGroundUp =
    [
        ["Values"],
        ["Answers"],
        ["Time"],
        ["Hosting"],
        ["Keys", "Retention"],
        ["Audit", "Messages"],
        ["Cases", "Approvals"],
        ["Ledger"],
        ["Cards", "BusinessDay"],
        ["Customers"],
        ["Authentication"],
        ["Payments", "StandingOrders", "Accounts"],
        ["Notifications"],
    ];

    public static IEnumerable<string> All => FromTheGroundUp.SelectMany(line => line);

    /// <summary>Whether a room may use another one.</summary>
    public static bool MayUse(string from, string to) => from == to || LineOf(to) < LineOf(from);

    private static int LineOf(string room) => FromTheGroundUp.TakeWhile(line => !line.Contains(room)).Count();
}

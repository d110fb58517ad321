namespace BktSmart.Dev.Commands;

/// <summary>Whole lines to the terminal, from any thread.</summary>
internal static class Terminal
{
    private static readonly Lock Gate = new();

    public static void Say(string line)
    {
        lock (Gate)
            Console.Out.WriteLine(line);
    }

    public static void Complain(string line)
    {
        lock (Gate)
            Console.Error.WriteLine(line);
    }
}

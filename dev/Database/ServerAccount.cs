using BktSmart.Dev.Processes;

namespace BktSmart.Dev.Database;

/// <summary>
/// The system user that PostgreSQL runs as: this one, or, because the server refuses root, the user <c>postgres</c> when this one is root.
/// </summary>
internal sealed class ServerAccount
{
    private const string Name = "postgres";

    private readonly string[] _prefix;

    private ServerAccount(string[] prefix) => _prefix = prefix;

    public bool IsOther => _prefix.Length > 0;

    /// <exception cref="LaunchException">This user is root and there is no user postgres.</exception>
    public static async Task<ServerAccount> ChooseAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerAccount([]);

        // setpriv replaces itself by the program, so that the process id is the server's; runuser would stay in between.
        if (Command.Find("setpriv") is not { } setpriv)
            throw new LaunchException(
                "PostgreSQL does not run as root, and setpriv (package util-linux) is missing to run it as the user postgres.");
        if ((await Command.RunAsync(["id", Name], cancellationToken: cancellationToken)).ExitCode != 0)
            throw new LaunchException(
                "PostgreSQL does not run as root, and there is no user postgres; create it, or start as another user.");
        return new ServerAccount([setpriv, $"--reuid={Name}", $"--regid={Name}", "--init-groups", "--"]);
    }

    /// <summary>The command line that runs a program as this account.</summary>
    public string[] Wrap(params ReadOnlySpan<string> command) => [.. _prefix, .. command];

    /// <summary>Creates a folder that only this account may enter.</summary>
    public async Task CreateFolderAsync(string path, CancellationToken cancellationToken)
    {
        if (IsOther)
            await Command.RequireAsync(
                "Creating the database folder", ["install", "-d", "-m", "700", "-o", Name, "-g", Name, path],
                cancellationToken: cancellationToken);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Gives a file to this account.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        if (IsOther)
            await Command.RequireAsync(
                "Giving a file to the database user", ["chown", $"{Name}:{Name}", path], cancellationToken: cancellationToken);
    }

    /// <summary>Whether this account gets to a folder and may write in it.</summary>
    public async Task<bool> CanUseAsync(string path, CancellationToken cancellationToken) =>
        !IsOther
            || (await Command.RunAsync(Wrap("test", "-w", path, "-a", "-x", path), cancellationToken: cancellationToken)).ExitCode == 0;
}

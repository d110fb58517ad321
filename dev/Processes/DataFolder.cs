namespace BktSmart.Dev.Processes;

/// <summary>
/// The folder of one local bank: database, keys, ports, logs and messages. One launcher holds it at a time; what a killed launcher left
/// running in it is ended when the next one opens it.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const string LockFile = "launcher.lock";

    // EWOULDBLOCK: the lock is held.
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Root = path;
        _lock = held;
        Ports = new PortBook(System.IO.Path.Combine(path, "ports.json"));
    }

    /// <summary>The absolute path of the folder.</summary>
    public string Root { get; }

    public PortBook Ports { get; }

    /// <summary>Where the identities of running children are kept.</summary>
    public string Pids => Path("processes");

    public string Path(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Root, .. parts]);

    public string Log(string name) => Path("logs", name + ".log");

    /// <summary>Takes the folder, creating it where it is missing, and ends leftovers of a killed launcher.</summary>
    /// <exception cref="LaunchException">Another launcher has it, or this user cannot write it.</exception>
    public static DataFolder Open(string path, Action<string> say)
    {
        path = System.IO.Path.GetFullPath(path);
        var held = Lock(path);
        PidFile.KillLeftovers(path, say);
        return new DataFolder(path, held);
    }

    /// <summary>Refuses what <see cref="Open"/> would refuse, before anything long is begun; the folder is created, too.</summary>
    public static void RequireFree(string path) => Lock(System.IO.Path.GetFullPath(path)).Dispose();

    public void Dispose()
    {
        Ports.Dispose();
        _lock.Dispose();
    }

    // The system lets go of the lock when the process ends, in whatever way.
    private static FileStream Lock(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new FileStream(System.IO.Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is WouldBlockOnLinux or WouldBlockOnMac)
        {
            throw new LaunchException($"{path} is in use by another launcher; stop that one, or choose another folder with --data.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LaunchException($"{path} cannot be written by this user; choose another folder with --data.", e);
        }
        catch (IOException e)
        {
            throw new LaunchException($"{path} cannot be used: {e.Message} Choose another folder with --data.", e);
        }
    }
}

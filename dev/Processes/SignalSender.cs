using System.Runtime.InteropServices;

namespace BktSmart.Dev.Processes;

internal static class SignalSender
{
    /// <summary>Sends a signal; a process that is gone already is no error.</summary>
    public static void Send(int pid, Signal signal) => _ = KillProcess(pid, (int)signal);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int KillProcess(int pid, int signal);
}

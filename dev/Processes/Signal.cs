namespace BktSmart.Dev.Processes;

/// <summary>POSIX signals by number; .NET itself only sends SIGKILL.</summary>
public enum Signal
{
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

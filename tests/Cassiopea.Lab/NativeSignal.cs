using System.Runtime.InteropServices;

namespace Cassiopea.Lab;

/// <summary>Signals to processes that are not our children but of our own system.</summary>
internal static partial class NativeSignal
{
    /// <summary>False when there is no such process.</summary>
    public static bool Send(int pid, int signal) => Kill(pid, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cassiopea.Lab;

/// <summary>Where servers keep their files: short paths (Unix sockets), readable by their users, gone when the process ends.</summary>
public static class LabRoot
{
    private const string Prefix = "/tmp/cas-";
    private static int _count;
    private static readonly string Own = Make();

    /// <summary>A new empty folder of this process, mode 755.</summary>
    public static string NewFolder(string name)
    {
        var folder = Path.Combine(Own, string.Create(CultureInfo.InvariantCulture, $"{name}{Interlocked.Increment(ref _count)}"));
        MakeFolder(folder);
        return folder;
    }

    /// <summary>Makes a folder that other users may enter.</summary>
    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The lab's servers are Debian's.");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    /// <summary>True when something accepts connections at the port.</summary>
    public static async Task<bool> AnswersAsync(int port, CancellationToken token)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Make()
    {
        foreach (var old in Directory.EnumerateDirectories("/tmp", "cas-*"))
            if (int.TryParse(old[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && !Directory.Exists($"/proc/{pid}"))
                Remove(old);
        var own = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}");
        Remove(own);
        MakeFolder(own);
        LabEnd.Add(() =>
        {
            Remove(own);
            return Task.CompletedTask;
        });
        return own;
    }

    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // a server that is still ending writes there; the next process of the lab removes what is left
        }
    }
}

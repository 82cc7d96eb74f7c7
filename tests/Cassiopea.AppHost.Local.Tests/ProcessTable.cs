using System.Globalization;

namespace Cassiopea.AppHost.Local.Tests;

/// <summary>Reads /proc.</summary>
internal static class ProcessTable
{
    /// <summary>Alive: it exists and is not a zombie that nobody has waited for yet.</summary>
    public static bool IsAlive(int pid) => Read(pid) is { State: not 'Z' };

    /// <summary>A process and all below it.</summary>
    public static IReadOnlyList<int> TreeOf(int root)
    {
        var all = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, Read(pid)?.Parent))
            .ToLookup(process => process.Parent, process => process.Pid);
        List<int> found = [root];
        for (var i = 0; i < found.Count; i++)
            found.AddRange(all[found[i]]);
        return found;
    }

    private static (char State, int Parent)? Read(int pid)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{pid}/stat");
            var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return null;
        }
    }
}

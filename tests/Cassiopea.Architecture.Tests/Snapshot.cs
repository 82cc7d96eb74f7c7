namespace Cassiopea.Architecture.Tests;

/// <summary>A file that is made from the code: compared, or rewritten when CASSIOPEA_UPDATE_SNAPSHOTS=1.</summary>
internal static class Snapshot
{
    public const string Switch = "CASSIOPEA_UPDATE_SNAPSHOTS";

    public static bool Rewriting => Environment.GetEnvironmentVariable(Switch) is "1" or "breaking";

    public static bool BreakingAllowed => Environment.GetEnvironmentVariable(Switch) == "breaking";

    public static void Matches(string file, string now)
    {
        var path = Path.Combine(Tree.Root, file);
        if (Rewriting)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, now);
            return;
        }

        var kept = File.Exists(path) ? File.ReadAllText(path) : "";
        if (kept == now)
            return;
        var (before, after) = (kept.Split('\n'), now.Split('\n'));
        var gone = before.Except(after, StringComparer.Ordinal).Select(l => "- " + l);
        var come = after.Except(before, StringComparer.Ordinal).Select(l => "+ " + l);
        Assert.Fail($"{file} is not what the code says. Look at the difference; if it is meant, run these tests with {Switch}=1.\n{string.Join('\n', gone.Concat(come).Take(60))}");
    }
}

using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using static Cassiopea.Sympa.Host.SympaShell;

namespace Cassiopea.Sympa;

/// <summary>The archive at the new host: raw posts by month, known by their octets, so that a second run sends nothing twice.</summary>
internal static class ListArchive
{
    /// <summary>Posts of the bundle that the new archive does not hold, as <c>YYYY-MM/N.eml</c> in order; equal posts count as often as they are.</summary>
    public static async Task<IReadOnlyList<string>> MissingAsync(ListBundle bundle, SympaHost host, ListAddress to, CancellationToken token)
    {
        var there = new Dictionary<(string Month, string Hash), int>();
        var text = await host.LineAsync($"[ -d {Quote(host.ArchiveOf(to))} ] || exit 0; cd {Quote(host.ArchiveOf(to))} && {SympaHost.Found("-path '*/arctxt/*' -type f", "xargs -0 -r -a \"$t\" sha256sum")}", token);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var key = (line[66..].Split('/')[1], line[..64]);
            there[key] = there.GetValueOrDefault(key) + 1;
        }

        List<string> missing = [];
        foreach (var name in Posts(bundle))
        {
            var key = (name.Split('/')[0], await ListBundle.HashAsync(Path.Combine(bundle.Archive, name), token));
            if (there.GetValueOrDefault(key) > 0) there[key]--;
            else missing.Add(name);
        }

        return missing;
    }

    /// <summary>Sends them, each under its number, or behind the last of its month where the number is taken; then has the pages rebuilt.</summary>
    public static async Task SendAsync(ListBundle bundle, IReadOnlyList<string> names, SympaHost host, ListAddress to, CancellationToken token)
    {
        if (names.Count == 0) return;
        var archive = host.ArchiveOf(to);
        var taken = (await host.LineAsync($"[ -d {Quote(archive)} ] || exit 0; cd {Quote(archive)} && find . -path '*/arctxt/*' -type f", token))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => $"{line.Split('/')[1]}/{Path.GetFileName(line)}").ToHashSet(StringComparer.Ordinal);
        var stage = Directory.CreateTempSubdirectory("cassiopea-archive-");
        try
        {
            foreach (var name in names)
            {
                var (month, number) = (name.Split('/')[0], ArchiveNames.Number(name));
                while (!taken.Add($"{month}/{number}")) number = 1 + taken.Where(one => one.StartsWith(month + "/", StringComparison.Ordinal)).Max(ArchiveNames.Number);
                var file = Path.Combine(stage.FullName, month, "arctxt", number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.Copy(Path.Combine(bundle.Archive, name), file);
            }

            await host.SendAsync(stage.FullName, archive, token);
        }
        finally
        {
            stage.Delete(recursive: true);
        }

        await host.LineAsync($"cd {Quote(archive)} && for m in */; do ls \"$m/arctxt\" | sort -n | tail -n 1 > \"$m/index\"; done", token);
        await host.SympaAsync(token, "rebuildarc", to.ToString());
    }

    /// <summary>All posts of a bundle in order.</summary>
    public static IEnumerable<string> Posts(ListBundle bundle) => !Directory.Exists(bundle.Archive) ? [] : Directory
        .EnumerateFiles(bundle.Archive, "*.eml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(bundle.Archive, file)).Order(ArchiveNames.InOrder);
}

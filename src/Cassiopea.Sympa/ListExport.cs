using System.Globalization;
using System.Text;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;
using static Cassiopea.Sympa.Host.SympaShell;

namespace Cassiopea.Sympa;

/// <summary>Reads a whole list of a Sympa into a bundle. The list is not changed; Sympa writes its own dumps anew beside it.</summary>
/// <param name="time">The clock.</param>
public sealed class ListExport(TimeProvider time)
{
    // what a new host must not get: caches, and what Sympa keeps as earlier versions
    private const string ListFiles = "! -name config.bin ! -name '*.old' ! -name '.last_*' ! -name 'config.[0-9]*' ! -name '*.part' ! -name 'config.before-freeze'";

    /// <summary>Exports; the folder must be empty or not be there.</summary>
    /// <param name="host">The old host.</param>
    /// <param name="list">The list.</param>
    /// <param name="folder">Where the bundle goes.</param>
    /// <param name="token">Ends it; what was begun is not sealed and not accepted later.</param>
    /// <exception cref="TransferException">There is no such list, or the host fails.</exception>
    public async Task<BundleManifest> RunAsync(SympaHost host, ListAddress list, string folder, CancellationToken token)
    {
        if (!await host.HasAsync(list, token)) throw new TransferException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.ItemMissing, $"{host.Name} has no list {list}.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new TransferException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.ItemRefused, $"{folder} is not empty.");
        var bundle = new ListBundle(Directory.CreateDirectory(folder).FullName);
        var limits = new SafeTarLimits();
        await host.DumpAsync(list, token);
        await host.FetchAsync(host.FolderOf(list), ListFiles, bundle.Raw, limits, token);
        var archived = await ArchiveAsync(host, list, bundle, limits, token);
        var held = await host.FetchAsync($"{host.Layout.Spool}/moderation", $"-name {Quote($"{list}_*")}", bundle.Held, limits, token);
        var config = ListConfig.Parse(await File.ReadAllBytesAsync(Path.Combine(bundle.Raw, "config"), token));
        var members = await host.PeopleAsync(list, "member", token);
        var owners = await host.PeopleAsync(list, "owner", token);
        var editors = await host.PeopleAsync(list, "editor", token);
        var (exclusions, losses) = await ExclusionsAsync(host, list, token);
        var digest = (await host.LineAsync($"if [ -d {Quote($"{host.Layout.Spool}/digest/{list}")} ]; then ls -A {Quote($"{host.Layout.Spool}/digest/{list}")} | wc -l; else echo 0; fi", token)).Trim();
        if (digest != "0") losses.Add($"pending-digest: {digest} posts wait in the digest; send it before the switch (sympa send_digest).");
        foreach (var kind in (string[])["include_list", "include_sympa_list", "include_remote_sympa_list", "include_sql_query", "include_ldap_query", "include_file", "include_remote_file"])
            losses.AddRange(config.Groups(kind).Select(one => $"include: {kind} at line {one.Line} must be pointed anew, or its members frozen."));
        var manifest = new BundleManifest(
            ListBundle.Schema, $"Sympa {host.Layout.Version}", list.ToString(), config.Value("status") ?? "open", config.Value("subject") ?? "", time.GetUtcNow(),
            new SortedDictionary<string, long>(StringComparer.Ordinal)
            {
                ["members"] = members.Count,
                ["owners"] = owners.Count,
                ["editors"] = editors.Count,
                ["archived"] = archived,
                ["held"] = held,
                ["exclusions"] = exclusions.Count,
            },
            [.. config.Findings(), .. References(bundle.Raw, list)], losses);
        await bundle.WriteAsync(
            manifest, members.Select(static one => BundlePerson.Of(one, "member")),
            [.. owners.Select(static one => BundlePerson.Of(one, "owner")), .. editors.Select(static one => BundlePerson.Of(one, "editor"))], exclusions, token);
        await bundle.SealAsync(token);
        return manifest;
    }

    private static async Task<long> ArchiveAsync(SympaHost host, ListAddress list, ListBundle bundle, SafeTarLimits limits, CancellationToken token)
    {
        var fetched = Path.Combine(bundle.Folder, ".arctxt");
        await host.FetchAsync(host.ArchiveOf(list), "-path '*/arctxt/*'", fetched, limits, token);
        Directory.CreateDirectory(bundle.Archive);
        var index = new StringBuilder();
        long count = 0;
        foreach (var file in Directory.EnumerateFiles(fetched, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(fetched, file)).Order(ArchiveNames.InOrder))
        {
            var (month, number) = (file.Split('/')[0], Path.GetFileName(file));
            var to = Path.Combine(bundle.Archive, month, number + ".eml");
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Move(Path.Combine(fetched, file), to);
            index.Append(CultureInfo.InvariantCulture, $"{{\"file\":\"{month}/{number}.eml\",\"bytes\":{new FileInfo(to).Length},\"sha256\":\"{await ListBundle.HashAsync(to, token)}\"}}\n");
            count++;
        }

        Directory.Delete(fetched, recursive: true);
        await File.WriteAllTextAsync(Path.Combine(bundle.Archive, "index.ndjson"), index.ToString(), token);
        return count;
    }

    private static async Task<(IReadOnlyList<string> Exclusions, List<string> Losses)> ExclusionsAsync(SympaHost host, ListAddress list, CancellationToken token) =>
        await host.ExclusionsAsync(list, token) is { } exclusions
            ? (exclusions, [])
            : ([], [$"exclusions: they lie in {host.Layout.DatabaseType} and are not read; whoever left an included list would be subscribed again at its next synchronisation."]);

    /// <summary>Files other than the config that name the old list or domain, or carry code of templates.</summary>
    private static IEnumerable<ListFinding> References(string raw, ListAddress list)
    {
        foreach (var file in Directory.EnumerateFiles(raw, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(raw, file);
            if (name.EndsWith(".dump", StringComparison.Ordinal) || name.StartsWith("shared/", StringComparison.Ordinal) || new FileInfo(file).Length > 1 << 20) continue;
            var number = 0;
            foreach (var line in File.ReadLines(file, Encoding.Latin1))
            {
                number++;
                if (line.Contains(list.Robot, StringComparison.OrdinalIgnoreCase)) yield return new(name, number, "old-domain", "The old domain is named here.");
                if (name.EndsWith(".tt2", StringComparison.Ordinal) && line.Contains("[% PERL", StringComparison.OrdinalIgnoreCase)) yield return new(name, number, "template-code", "A template runs code; the new host must look at it.");
            }
        }
    }
}

/// <summary>Order of archived posts: by month, then by number.</summary>
internal static class ArchiveNames
{
    public static Comparer<string> InOrder { get; } = Comparer<string>.Create(static (a, b) =>
    {
        var months = string.CompareOrdinal(a.Split('/')[0], b.Split('/')[0]);
        return months != 0 ? months : Number(a).CompareTo(Number(b));
    });

    public static long Number(string name) => long.TryParse(Path.GetFileNameWithoutExtension(name), CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
}

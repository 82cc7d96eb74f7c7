using System.Globalization;
using System.Text;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;
using static Cassiopea.Sympa.Host.SympaShell;

namespace Cassiopea.Sympa;

/// <summary>What of a list may leave beside its people, its settings and its exclusions, without which there is no list.</summary>
/// <param name="Archive">Archived posts.</param>
/// <param name="Held">Posts that wait for a moderator or a digest.</param>
/// <param name="Files">Shared documents and templates.</param>
/// <param name="Recipient">For whom the bundle is made; null = not said.</param>
public sealed record ListScope(bool Archive = true, bool Held = true, bool Files = true, string? Recipient = null)
{
    /// <summary>Everything.</summary>
    public static ListScope All { get; } = new();
}

/// <summary>Reads a whole list of a Sympa into a bundle. The list is not changed; Sympa writes its own dumps anew beside it.</summary>
/// <param name="time">The clock.</param>
public sealed class ListExport(TimeProvider time)
{
    // what a new host must not get: caches, and what Sympa keeps as earlier versions
    private const string ListFiles = "! -name config.bin ! -name '*.old' ! -name '.last_*' ! -name 'config.[0-9]*' ! -name '*.part' ! -name 'config.before-freeze' ! -name 'aliases.before-forward' ! -name '*.cassiopea_moved' ! -name 'cassiopea_moved.tt2' ! -path './spool.before-freeze/*'";

    /// <summary>Exports everything; the folder must be empty or not be there.</summary>
    /// <param name="host">The old host.</param>
    /// <param name="list">The list.</param>
    /// <param name="folder">Where the bundle goes.</param>
    /// <param name="token">Ends it.</param>
    public Task<BundleManifest> RunAsync(SympaHost host, ListAddress list, string folder, CancellationToken token) => RunAsync(host, list, folder, ListScope.All, token);

    /// <summary>Exports what may leave; the folder must be empty or not be there.</summary>
    /// <param name="host">The old host.</param>
    /// <param name="list">The list.</param>
    /// <param name="folder">Where the bundle goes.</param>
    /// <param name="scope">What may leave.</param>
    /// <param name="token">Ends it; what was begun is not sealed and not accepted later.</param>
    /// <exception cref="TransferException">There is no such list, or the host fails.</exception>
    public async Task<BundleManifest> RunAsync(SympaHost host, ListAddress list, string folder, ListScope scope, CancellationToken token)
    {
        if (!await host.HasAsync(list, token)) throw new TransferException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.ItemMissing, $"{host.Name} has no list {list}.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new TransferException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.ItemRefused, $"{folder} is not empty.");
        var bundle = new ListBundle(Directory.CreateDirectory(folder).FullName);
        var limits = new SafeTarLimits();
        await host.DumpAsync(list, token);
        await host.FetchAsync(host.FolderOf(list), ListFiles, bundle.Raw, limits, token);
        var config = await ListFreeze.ConfigAsync(host, list, token);
        await File.WriteAllBytesAsync(Path.Combine(bundle.Raw, "config"), config.File.ToOctets(), token);
        await SortAsync(bundle, scope, token);
        var archived = scope.Archive ? await ArchiveAsync(host, list, bundle, limits, token) : 0;
        var held = scope.Held ? await HeldAsync(host, list, bundle, limits, token) : 0;
        var digest = scope.Held ? await host.FetchAsync(ListFreeze.AsideOf(host, list, "digest"), "", bundle.Digest, limits, token) : 0;
        var members = await host.PeopleAsync(list, "member", token);
        var owners = await host.PeopleAsync(list, "owner", token);
        var editors = await host.PeopleAsync(list, "editor", token);
        var (exclusions, losses) = await ExclusionsAsync(host, list, token);
        var requests = (await host.LineAsync($"ls -A {Quote($"{host.Layout.Spool}/auth")} 2>/dev/null | grep -c -F {Quote($",{list}_")} || true", token)).Trim();
        if (requests is not ("" or "0")) losses.Add($"pending-requests: {requests} subscriptions or departures wait for a confirmation at the old host; have the owners settle them before the switch, or these people ask again.");
        foreach (var kind in BundleList.IncludeKinds)
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
                ["digest"] = digest,
                ["exclusions"] = exclusions.Count,
            },
            [.. config.Findings(), .. References(bundle, list), .. DmarcFindings(config)], losses, scope.Recipient);
        await bundle.WriteAsync(
            manifest, BundleList.Of(list, config), members.Select(static one => BundlePerson.Of(one, "member")),
            [.. owners.Select(static one => BundlePerson.Of(one, "owner")), .. editors.Select(static one => BundlePerson.Of(one, "editor"))], exclusions, token);
        await bundle.SealAsync(token);
        return manifest;
    }

    /// <summary>What has a place of its own in a bundle goes there; what may not leave goes.</summary>
    private static async Task SortAsync(ListBundle bundle, ListScope scope, CancellationToken token)
    {
        foreach (var (name, place) in ((string, string)[])[("shared", bundle.Shared), ("mail_tt2", Path.Combine(bundle.Templates, "mail_tt2")), ("web_tt2", Path.Combine(bundle.Templates, "web_tt2"))])
        {
            var from = Path.Combine(bundle.Raw, name);
            if (!Directory.Exists(from)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            if (scope.Files) Directory.Move(from, place);
            else Directory.Delete(from, recursive: true);
        }

        var blocked = Path.Combine(bundle.Raw, "search_filters", "blocklist.txt");
        if (File.Exists(blocked)) await File.WriteAllBytesAsync(Path.Combine(bundle.Folder, "blocklist.txt"), await File.ReadAllBytesAsync(blocked, token), token);
    }

    /// <summary>Posts for the moderators, where they wait or where the freeze put them.</summary>
    private static async Task<long> HeldAsync(SympaHost host, ListAddress list, ListBundle bundle, SafeTarLimits limits, CancellationToken token)
    {
        await host.FetchAsync($"{host.Layout.Spool}/moderation", $"-path {Quote($"./{list}_*")}", bundle.Held, limits, token);
        await host.FetchAsync(ListFreeze.AsideOf(host, list, "moderation"), "", bundle.Held, limits, token);
        return bundle.HeldPosts().Count;
    }

    private static IEnumerable<ListFinding> DmarcFindings(ListConfig config)
    {
        if (config.Value("dmarc_protection", "mode") is null)
            yield return new("config", 1, "dmarc", "No dmarc_protection is set: posts of authors whose domain has p=reject are lost unless the new host rewrites senders by default.");
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
    private static IEnumerable<ListFinding> References(ListBundle bundle, ListAddress list)
    {
        foreach (var (name, file) in bundle.ListFiles())
        {
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

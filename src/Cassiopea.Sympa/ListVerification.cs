using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa;

/// <summary>Compares a new list with the old one's bundle, from what the new host says now: each person field by field, each archived post by its octets, the config by meaning.</summary>
/// <param name="time">The clock.</param>
public sealed class ListVerification(TimeProvider time)
{
    /// <summary>Compares.</summary>
    /// <param name="bundle">A sealed bundle of the old list, taken just before.</param>
    /// <param name="host">The new host.</param>
    /// <param name="to">The new list.</param>
    /// <param name="journal">The import's journal: what people did at the new list since is then no difference. Null = everything counts.</param>
    /// <param name="token">Ends it.</param>
    public Task<TransferReport> RunAsync(ListBundle bundle, SympaHost host, ListAddress to, string? journal, CancellationToken token) => RunAsync(bundle, host, to, journal, null, token);

    /// <summary>Compares, and what becomes of posts by a member, an owner and a stranger with it.</summary>
    /// <param name="bundle">A sealed bundle of the old list, taken just before.</param>
    /// <param name="host">The new host.</param>
    /// <param name="to">The new list.</param>
    /// <param name="journal">The import's journal: what people did at the new list since is then no difference. Null = everything counts.</param>
    /// <param name="old">The old host; null = what becomes of posts is not compared.</param>
    /// <param name="token">Ends it.</param>
    public async Task<TransferReport> RunAsync(ListBundle bundle, SympaHost host, ListAddress to, string? journal, SympaHost? old, CancellationToken token)
    {
        var started = time.GetUtcNow();
        await bundle.CheckAsync(token);
        var manifest = bundle.Manifest();
        var from = ListAddress.Parse(manifest.List);
        if (!await host.HasAsync(to, token)) throw new TransferException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemMissing, $"{host.Name} has no list {to}.");
        await host.DumpAsync(to, token);
        var differences = new List<ReportException>();
        long compared = 0;
        foreach (var (role, wanted) in await WantedAsync(bundle, host, to, journal, token))
        {
            compared += bundle.People(role).Count;
            differences.AddRange(Compare(role, wanted, await host.PeopleAsync(to, role, token)));
        }

        var posts = ListArchive.Posts(bundle).LongCount();
        compared += posts;
        differences.AddRange((await ListArchive.MissingAsync(bundle, host, to, token)).Select(static one => Missing($"archive {one}", "The post is not in the new archive with the same octets.")));
        var config = ListConfig.ForTarget(ListConfig.Parse(await File.ReadAllBytesAsync(Path.Combine(bundle.Raw, "config"), token)), from, to).Meaning();
        var present = ListConfig.Parse(await host.ReadFileAsync($"{host.FolderOf(to)}/config", token)).Meaning();
        foreach (var (key, value) in config.Where(one => present.GetValueOrDefault(one.Key) != one.Value && one.Key is not ("owner" or "editor")))
        {
            differences.Add(new($"config {key}", TransferSide.Target, TransferFailureKind.Broken, present.ContainsKey(key) ? TransferCode.ItemAltered : TransferCode.ItemMissing,
                $"'{key}' is '{present.GetValueOrDefault(key, "")}' instead of '{value}'.", "Compare the two configs with the list's owner."));
        }

        differences.AddRange(await WaitingAsync(bundle, host, from, to, token));
        if (await host.StatusAsync(to, token) == "open")
        {
            var there = await ListFolder.ThereAsync(host, to, token);
            foreach (var (name, read) in ListFolder.Wanted(bundle, from, to).Where(one => !there.TryGetValue(one.Name, out var hash) || hash != ListFolder.Hash(one.Content())))
                if (journal is null || !there.TryGetValue(name, out var hash) || ListJournal.Open(journal, from, to).Files.GetValueOrDefault(name) == hash)
                    differences.Add(new($"file {name}", TransferSide.Target, TransferFailureKind.Broken, there.ContainsKey(name) ? TransferCode.ItemAltered : TransferCode.ItemMissing, "The file is not in the new list's folder as it must be.", "Run the import again, or compare both with the list's owner."));
            if (old is not null) differences.AddRange(await ListRights.CompareAsync(old, from, host, to, token));
        }

        var missing = differences.Count(static one => one.Code == TransferCode.ItemMissing && !one.Item.StartsWith("config", StringComparison.Ordinal));
        return new("list verify", Engine.Version, manifest.List, to.ToString(), started, time.GetUtcNow(), differences.Count == 0 ? TransferOutcome.Complete : TransferOutcome.Different,
            new(compared, 0, compared - missing, missing, 0, 0, 0, 0), 0, (time.GetUtcNow() - started).TotalSeconds, 0, Engine.PeakMemory, differences);
    }

    /// <summary>Whom the new list must hold, by role: those of the bundle, and what people did at the new list since.</summary>
    /// <param name="bundle">A sealed bundle of the old list.</param>
    /// <param name="host">The new host.</param>
    /// <param name="to">The new list.</param>
    /// <param name="journal">The import's journal; null = those of the bundle alone.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<DumpEntry>>> WantedAsync(ListBundle bundle, SympaHost host, ListAddress to, string? journal, CancellationToken token)
    {
        var (from, keptOut) = (ListAddress.Parse(bundle.Manifest().List), bundle.Exclusions().ToHashSet(StringComparer.Ordinal));
        var wanted = new Dictionary<string, IReadOnlyList<DumpEntry>>(StringComparer.Ordinal);
        foreach (var role in (string[])["member", "owner", "editor"])
            wanted[role] = journal is null ? bundle.People(role) : PeopleMerge.Of(ListJournal.Open(journal, from, to).Last(role), bundle.People(role), await host.PeopleAsync(to, role, token), keptOut).People;
        return wanted;
    }

    /// <summary>Posts that wait for moderators: none that was handed over is held under another name or lost, unless a moderator decided it.</summary>
    private static async Task<IEnumerable<ReportException>> WaitingAsync(ListBundle bundle, SympaHost host, ListAddress from, ListAddress to, CancellationToken token)
    {
        var lost = new List<ReportException>();
        foreach (var name in bundle.HeldPosts())
        {
            var path = $"{host.Layout.Spool}/moderation/{name.Replace($"{from}_", $"{to}_", StringComparison.Ordinal)}";
            var (there, was) = (await host.ReadFileAsync(path, token), await File.ReadAllBytesAsync(Path.Combine(bundle.Held, name), token));
            if (there.Length > 0 && !there.AsSpan().SequenceEqual(was)) lost.Add(new($"held {name}", TransferSide.Target, TransferFailureKind.Broken, TransferCode.ItemAltered, "A post that waits for moderators differs at the new host.", "Have the moderators look at it."));
        }

        return lost;
    }

    /// <summary>Everyone that must be there, with each field; who is there besides is no difference when nobody put them there by us.</summary>
    internal static IEnumerable<ReportException> Compare(string role, IReadOnlyList<DumpEntry> wanted, IReadOnlyList<DumpEntry> there)
    {
        var present = there.ToDictionary(static one => one.Address, StringComparer.Ordinal);
        foreach (var one in wanted)
        {
            if (!present.TryGetValue(one.Address, out var found))
            {
                yield return Missing($"{role} {one.Address}", "The new host did not take this person; a blocked domain, an invalid address or a full list are the usual causes.");
            }
            else if (!one.SaysTheSameAs(found))
            {
                var fields = one.Meaning.Except(found.Meaning).Concat(found.Meaning.Except(one.Meaning)).Select(static field => field.Key).Distinct(StringComparer.Ordinal);
                yield return new($"{role} {one.Address}", TransferSide.Target, TransferFailureKind.Broken, TransferCode.ItemAltered, $"Changed at the new host: {string.Join(", ", fields)}.", "Look at the person's settings at the new host.");
            }
        }
    }

    private static ReportException Missing(string item, string text) =>
        new(item, TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemMissing, text, "Add it by hand, or mend the cause and run again.");
}

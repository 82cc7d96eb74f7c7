using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa;

/// <summary>How to import.</summary>
public sealed record ListImportOptions
{
    /// <summary>Only say what would be done; nothing is written at the new host.</summary>
    public bool DryRun { get; init; }

    /// <summary>The new host's list of that name is taken over: its people stay, ours are added.</summary>
    public bool Adopt { get; init; }

    /// <summary>The new list is in use: people are only added, nothing is closed.</summary>
    public bool Live { get; init; }
}

/// <summary>Makes a list at a new Sympa from a bundle, or brings it up to date: closed until all is in place, no mail to anyone, everything read back.</summary>
/// <param name="time">The clock.</param>
public sealed class ListImport(TimeProvider time)
{
    private static readonly string[] Roles = ["member", "owner", "editor"];

    /// <summary>Imports; run again after an interruption or with a newer bundle, it does what is missing.</summary>
    /// <param name="bundle">A sealed bundle.</param>
    /// <param name="host">The new host.</param>
    /// <param name="to">Address of the new list.</param>
    /// <param name="journal">Folder of what is remembered between runs.</param>
    /// <param name="options">How.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="TransferException">The bundle is broken, the list exists and is not ours, or the host fails.</exception>
    public async Task<ListImportResult> RunAsync(ListBundle bundle, SympaHost host, ListAddress to, string journal, ListImportOptions options, CancellationToken token)
    {
        var started = time.GetUtcNow();
        await bundle.CheckAsync(token);
        var manifest = bundle.Manifest();
        var from = ListAddress.Parse(manifest.List);
        var memory = ListJournal.Open(journal, from, to);
        var exists = await host.HasAsync(to, token);
        if (exists && !memory.Begun && !options.Adopt)
            throw new TransferException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemRefused, $"{host.Name} has a list {to} already, which is not ours. Choose another name, or say that it is to be taken over (--adopt).");
        if (!bundle.People("owner").Any()) throw new TransferException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.NotExpressible, $"{from} has no owner: name one before it moves.");
        await RefuseDowngradeAsync(bundle, manifest, host, token);
        var opens = manifest.Status is "open" or "pending";
        var merges = await MergeAsync(bundle, host, to, memory, exists, opens, token);
        var archive = await ListArchive.MissingAsync(bundle, host, to, token);
        var held = bundle.HeldPosts().Where(name => !memory.Held.Contains(name)).ToList();
        var digest = bundle.DigestPosts().Where(name => !memory.Digest.Contains(name)).ToList();
        var wanted = ListFolder.Wanted(bundle, from, to).ToList();
        var files = ListFolder.Missing(wanted, exists ? await ListFolder.ThereAsync(host, to, token) : [], exists ? memory.Files : new Dictionary<string, string>(StringComparer.Ordinal));
        var leftOvers = ListFolder.LeftOvers(wanted, from, to).ToList();
        var result = new ListImportResult(from, to, manifest, merges, archive, held, started) { Digest = digest, Files = [.. files.Keys], LeftOvers = leftOvers };
        if (options.DryRun) return result with { FinishedAt = time.GetUtcNow(), DryRun = true };
        memory.Begin();
        if (!exists) await CreateAsync(bundle, files, host, from, to, token);
        else foreach (var (name, content) in files) await host.PutFileAsync(to, name, content, token);
        await RememberFilesAsync(wanted, host, to, memory, token);
        var exceptions = new List<ReportException>();
        if (!exists || !memory.Filled || !merges.Values.All(static one => one.ChangesNothing))
            exceptions.AddRange(await FillAsync(host, to, merges, opens, options.Live && memory.Filled, token));
        memory.Fill(merges.ToDictionary(static one => one.Key, static one => one.Value.People, StringComparer.Ordinal));
        exceptions.AddRange(await ExcludeAsync(bundle, host, to, token));
        await ListArchive.SendAsync(bundle, archive, host, to, token);
        await HandOverAsync(bundle, host, from, to, held, digest, memory, token);

        var left = await ListArchive.MissingAsync(bundle, host, to, token);
        exceptions.AddRange(left.Select(static one => new ReportException($"archive {one}", TransferSide.Target, TransferFailureKind.Broken, TransferCode.ItemMissing, "The post is not in the new archive after it was sent.", "Run again; if it stays, look at the new host's disk.")));
        exceptions.AddRange(leftOvers.Select(static one => new ReportException($"{one.File}:{one.Line}", TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, one.Text, "Have the list's owner correct the line.")));
        exceptions.AddRange(manifest.Losses.Select(static loss => new ReportException(loss.Split(':')[0], TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, loss, "Decide with the list's owner.")));
        return result with { FinishedAt = time.GetUtcNow(), Exceptions = exceptions };
    }

    /// <summary>
    /// Every file that is there as we give it was given, by this pass or by one that was killed before it remembered: what an owner makes of it later is theirs.
    /// </summary>
    private static async Task RememberFilesAsync(IEnumerable<(string Name, Func<byte[]> Content)> wanted, SympaHost host, ListAddress to, ListJournal memory, CancellationToken token)
    {
        var there = await ListFolder.ThereAsync(host, to, token);
        memory.Give(wanted.Select(static one => KeyValuePair.Create(one.Name, ListFolder.Hash(one.Content()))).Where(one => there.GetValueOrDefault(one.Key) == one.Value));
    }

    /// <summary>
    /// Posts for the moderators and for the digest, each once. What was decided at the old list meanwhile is taken back here, so that nobody decides it twice.
    /// </summary>
    private static async Task HandOverAsync(ListBundle bundle, SympaHost host, ListAddress from, ListAddress to, List<string> held, List<string> digest, ListJournal memory, CancellationToken token)
    {
        string Named(string name) => name.Replace($"{from}_", $"{to}_", StringComparison.Ordinal);
        var (settled, sent) = (memory.Held.Except(bundle.HeldPosts()).ToList(), memory.Digest.Except(bundle.DigestPosts()).ToList());
        foreach (var name in settled) await host.RemoveFileAsync($"{host.Layout.Spool}/moderation/{Named(name)}", token);
        foreach (var name in sent) await host.RemoveFileAsync($"{host.Layout.Spool}/digest/{to}/{name}", token);
        if (settled.Count + sent.Count > 0) memory.Withdraw(settled, sent);
        foreach (var name in held)
        {
            await host.SendSpoolAsync("moderation", Path.Combine(bundle.Held, name), Named(name), token);
            memory.HandOver(name);
        }

        foreach (var name in digest)
        {
            await host.SendSpoolAsync($"digest/{to}", Path.Combine(bundle.Digest, name), name, token);
            memory.HandOverDigest(name);
        }
    }

    /// <summary>An older Sympa that does not know a parameter would drop it without a word.</summary>
    private static async Task RefuseDowngradeAsync(ListBundle bundle, BundleManifest manifest, SympaHost host, CancellationToken token)
    {
        if (!Version.TryParse(manifest.Software.Split(' ')[^1], out var source) || host.Layout.Version >= source) return;
        if (await SympaPerl.ParametersAsync(host, token) is not { } known) throw Older($"and does not tell what it knows");
        var unknown = ListConfig.Parse(await File.ReadAllBytesAsync(Path.Combine(bundle.Raw, "config"), token)).File.Paragraphs
            .Select(static one => one.Key).Where(key => key.Length > 0 && !known.Contains(key)).Distinct(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0) throw Older($"and does not know {string.Join(", ", unknown)}");
        TransferException Older(string why) => new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, $"{host.Name} runs Sympa {host.Layout.Version}, older than the list's {source}, {why}: have it upgraded, or these settings taken out by the list's owner.");
    }

    private static async Task<Dictionary<string, PeopleMerge>> MergeAsync(ListBundle bundle, SympaHost host, ListAddress to, ListJournal memory, bool exists, bool opens, CancellationToken token)
    {
        if (exists && opens && memory.Filled) await host.DumpAsync(to, token);
        var keptOut = new HashSet<string>(bundle.Exclusions(), StringComparer.Ordinal);
        if (exists) keptOut.UnionWith(await host.ExclusionsAsync(to, token) ?? []);
        var merges = new Dictionary<string, PeopleMerge>(StringComparer.Ordinal);
        foreach (var role in Roles)
        {
            // before the new list was filled once, who is missing there has not left it
            var last = memory.Filled ? memory.Last(role) : [];
            IReadOnlyList<DumpEntry> there = exists && (memory.Filled || !memory.Begun) ? await host.PeopleAsync(to, role, token) : [];
            merges[role] = PeopleMerge.Of(last, bundle.People(role), there, role == "member" ? keptOut : new HashSet<string>(StringComparer.Ordinal));
        }

        return merges;
    }

    private static async Task CreateAsync(ListBundle bundle, Dictionary<string, byte[]> files, SympaHost host, ListAddress from, ListAddress to, CancellationToken token)
    {
        var stage = Directory.CreateTempSubdirectory("cassiopea-list-");
        try
        {
            foreach (var (name, content) in files)
            {
                var copy = Path.Combine(stage.FullName, name);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                await File.WriteAllBytesAsync(copy, content, token);
            }

            foreach (var name in (string[])["stats", "msg_count"]) // the numbering of posts goes on
                if (File.Exists(Path.Combine(bundle.Raw, name))) File.Copy(Path.Combine(bundle.Raw, name), Path.Combine(stage.FullName, name));

            var config = ListConfig.ForTarget(ListConfig.Parse(await File.ReadAllBytesAsync(Path.Combine(bundle.Raw, "config"), token)), from, to);
            await File.WriteAllBytesAsync(Path.Combine(stage.FullName, "config"), config.File.ToUtf8(), token);
            await host.PlaceAsync(stage.FullName, to, token);
        }
        finally
        {
            stage.Delete(recursive: true);
        }
    }

    /// <summary>Gives the new list its people while it is closed, and opens it; then reads back who is there.</summary>
    private static async Task<IReadOnlyList<ReportException>> FillAsync(SympaHost host, ListAddress to, Dictionary<string, PeopleMerge> merges, bool opens, bool live, CancellationToken token)
    {
        if (live)
        {
            await host.AddAsync(to, merges["member"], token);
        }
        else
        {
            if (await host.StatusAsync(to, token) != "closed") await host.SympaAsync(token, "close", to.ToString());
            foreach (var role in Roles) await host.WriteFileAsync($"{host.FolderOf(to)}/{role}.dump", Dump.Write(merges[role].People), token);
            if (opens) await host.SympaAsync(token, "open", to.ToString());
        }

        if (opens)
        {
            if (await host.StatusAsync(to, token) is not "open" and var status)
                throw new TransferException(TransferSide.Target, TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"{host.Name}: {to} is '{status}' after it was opened; its log says why.");
            await host.DumpAsync(to, token);
        }

        var exceptions = new List<ReportException>();
        foreach (var role in Roles) exceptions.AddRange(ListVerification.Compare(role, merges[role].People, await host.PeopleAsync(to, role, token)));
        return exceptions;
    }

    private static async Task<IReadOnlyList<ReportException>> ExcludeAsync(ListBundle bundle, SympaHost host, ListAddress to, CancellationToken token)
    {
        var exclusions = bundle.Exclusions();
        if (exclusions.Count == 0) return [];
        if (await host.ExclusionsAsync(to, token) is { } there)
        {
            await host.ExcludeAsync(to, exclusions.Except(there, StringComparer.Ordinal), token);
            there = await host.ExclusionsAsync(to, token) ?? [];
            return [.. exclusions.Except(there, StringComparer.Ordinal).Select(static one => Lost(one, "The exclusion was not kept by the new host."))];
        }

        return [.. exclusions.Select(static one => Lost(one, "The new host's database is not reached: this exclusion is not written there."))];
    }

    private static ReportException Lost(string address, string text) =>
        new($"exclusion {address}", TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, text, "Have the new host add it, or the person is subscribed again by the next synchronisation.");
}

using System.Globalization;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Mailman;

/// <summary>
/// Makes a list at a Mailman 3 from a bundle, or brings it up to date, by REST: held for everyone until all is in place, no mail to anyone, everything
/// read back. The archive becomes an mbox that the host's people import (hyperkitty_import): it is never counted as copied. Held posts are handed over; what Mailman
/// cannot keep is counted and told.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class MailmanImport(TimeProvider time)
{
    private static readonly string[] Roles = ["member", "owner", "editor"];

    /// <summary>Imports; run again after an interruption or with a newer bundle, it does what is missing.</summary>
    /// <param name="bundle">A sealed bundle.</param>
    /// <param name="host">The new host.</param>
    /// <param name="to">Address of the new list.</param>
    /// <param name="journal">Folder of what is remembered between runs; the mboxes are written there.</param>
    /// <param name="options">How.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="TransferException">The bundle is broken, the list exists and is not ours, or the host fails.</exception>
    public async Task<ListImportResult> RunAsync(ListBundle bundle, MailmanRest host, ListAddress to, string journal, ListImportOptions options, CancellationToken token)
    {
        var started = time.GetUtcNow();
        await bundle.CheckAsync(token);
        var (manifest, list) = (bundle.Manifest(), bundle.List());
        var from = ListAddress.Parse(manifest.List);
        var memory = ListJournal.Open(journal, from, to);
        var exists = await host.HasAsync(to, token);
        if (exists && !memory.Begun && !options.Adopt)
            throw new TransferException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemRefused, $"{host.Name} has a list {to} already, which is not ours. Choose another name, or say that it is to be taken over (--adopt).");
        if (!bundle.People("owner").Any()) throw new TransferException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.NotExpressible, $"{from} has no owner: name one before it moves.");
        var merges = new Dictionary<string, PeopleMerge>(StringComparer.Ordinal);
        var there = new Dictionary<string, IReadOnlyList<MailmanPerson>>(StringComparer.Ordinal);
        foreach (var role in Roles)
        {
            there[role] = exists ? await host.PeopleAsync(to, MailmanTerms.Role(role), token) : [];
            IReadOnlySet<string> keptOut = role == "member" ? bundle.Exclusions().ToHashSet(StringComparer.Ordinal) : new HashSet<string>(StringComparer.Ordinal);
            var present = memory.Filled || !memory.Begun ? there[role].Select(one => MailmanTerms.Of(one, role)).ToList() : [];
            merges[role] = PeopleMerge.Of(memory.Filled ? memory.Last(role) : [], [.. bundle.People(role).Select(one => MailmanTerms.Of(one, role))], present, keptOut);
        }

        var losses = MailmanTerms.Losses(bundle, list);
        var posts = ListArchive.Posts(bundle).ToList();
        var archive = posts.Where(name => !memory.Posts.Contains(name)).ToList();
        var waiting = bundle.HeldPosts().Where(name => !memory.Held.Contains(name)).ToList();
        var (may, notHeld) = options.Live
            ? (new Dictionary<string, string>(), [.. MailmanHeld.LeftForPeople(bundle, waiting, "came after the switch, and the new list is in use")])
            : MailmanHeld.Sort(bundle, waiting);
        List<ReportException> notHandedOver = [.. notHeld, .. bundle.DigestPosts().Select(name => MailmanHeld.OfDigest(bundle, name))];
        var result = new ListImportResult(from, to, manifest, merges, [], [.. may.Keys], started) { LeftToHost = posts, NewlyLeft = archive, NotHandedOver = notHandedOver.Count };
        if (options.DryRun) return result with { FinishedAt = time.GetUtcNow(), DryRun = true, Exceptions = [.. losses.Select(Lost), .. notHandedOver] };
        memory.Begin();
        var opens = manifest.Status is "open" or "pending";
        if (!exists || !memory.Filled)
        {
            // shut, quiet and private before anyone or anything is in it
            await host.CreateAsync(to, token);
            await host.ConfigureAsync(to, [("emergency", "true"), ("advertised", "false"), ("send_welcome_message", "false"), ("send_goodbye_message", "false"), ("admin_immed_notify", "false"), ("archive_policy", list.ArchiveWeb == "anyone" ? "public" : "private")], token);
            await host.ConfigureAsync(to, MailmanTerms.Settings(list, from, to), token);
        }

        foreach (var role in Roles) await FillAsync(host, to, role, merges[role], there[role], options.Live, token);
        foreach (var line in bundle.Blocklist()) await host.BanAsync(to, MailmanTerms.Ban(line), token);
        memory.Fill(merges.ToDictionary(static one => one.Key, static one => one.Value.People, StringComparer.Ordinal));
        await Mbox.WriteAsync(posts.Select(name => Path.Combine(bundle.Archive, name)), Path.Combine(journal, "archive.mbox"), token);
        await Mbox.WriteAsync(waiting.Where(name => !may.ContainsKey(name)).Select(name => Path.Combine(bundle.Held, name)).Where(File.Exists), Path.Combine(journal, "held.mbox"), token);
        memory.Carry(posts);
        await new MailmanHeld(host, to, time).HandOverAsync(bundle, may, memory, token);
        if (may.Count > 0) await host.ConfigureAsync(to, MailmanTerms.Settings(list, from, to), token);
        if (!options.Live) await host.ConfigureAsync(to, [("emergency", opens ? "false" : "true"), ("advertised", list.Visible ? "true" : "false")], token);

        List<ReportException> exceptions = [.. losses.Select(Lost), .. manifest.Losses.Select(Lost), .. notHandedOver];
        foreach (var role in Roles)
            exceptions.AddRange(ListVerification.Compare(role, merges[role].People, [.. (await host.PeopleAsync(to, MailmanTerms.Role(role), token)).Select(one => MailmanTerms.Of(one, role))]));
        exceptions.AddRange(bundle.Blocklist().Select(MailmanTerms.Ban).Except(await host.BansAsync(to, token), StringComparer.OrdinalIgnoreCase).Select(static one => Lost($"blocklist: {one} was not taken as a ban.")));
        if (archive.Count > 0) exceptions.Add(Archive(posts.Count, to));
        return result with { FinishedAt = time.GetUtcNow(), Exceptions = exceptions };
    }

    /// <summary>Compares everyone, what Mailman can keep of them, and the settings.</summary>
    /// <param name="bundle">A sealed bundle of the old list, taken just before.</param>
    /// <param name="host">The new host.</param>
    /// <param name="to">The new list.</param>
    /// <param name="journal">The import's journal; null = everything counts.</param>
    /// <param name="token">Ends it.</param>
    public async Task<TransferReport> VerifyAsync(ListBundle bundle, MailmanRest host, ListAddress to, string? journal, CancellationToken token)
    {
        var started = time.GetUtcNow();
        await bundle.CheckAsync(token);
        var (manifest, list) = (bundle.Manifest(), bundle.List());
        var from = ListAddress.Parse(manifest.List);
        var config = await host.ConfigAsync(to, token);
        var differences = new List<ReportException>();
        long compared = 0;
        foreach (var role in Roles)
        {
            var people = bundle.People(role).Select(one => MailmanTerms.Of(one, role)).ToList();
            var there = (await host.PeopleAsync(to, MailmanTerms.Role(role), token)).Select(one => MailmanTerms.Of(one, role)).ToList();
            compared += people.Count;
            IReadOnlySet<string> keptOut = role == "member" ? bundle.Exclusions().ToHashSet(StringComparer.Ordinal) : new HashSet<string>(StringComparer.Ordinal);
            differences.AddRange(ListVerification.Compare(role, journal is null ? people : PeopleMerge.Of(ListJournal.Open(journal, from, to).Last(role), people, there, keptOut).People, there));
        }

        foreach (var (key, value) in MailmanTerms.Settings(list, from, to))
        {
            var told = config.TryGetProperty(key, out var found) ? Said(found) : "";
            if (!string.Equals(told, value, StringComparison.OrdinalIgnoreCase) && told.Trim() != value.Trim())
                differences.Add(new($"config {key}", TransferSide.Target, TransferFailureKind.Broken, TransferCode.ItemAltered, $"'{key}' is '{told}' instead of '{value}'.", "Compare the settings with the list's owner."));
        }

        // Mailman's REST tells nothing of its archive: what cannot be compared is a difference, not a silence
        var posts = ListArchive.Posts(bundle).LongCount();
        if (posts > 0) differences.Add(Archive(posts, to));
        var missing = differences.Count(static one => one.Code == TransferCode.ItemMissing);
        return new("list verify --mailman", Engine.Version, manifest.List, to.ToString(), started, time.GetUtcNow(), differences.Count == 0 ? TransferOutcome.Complete : TransferOutcome.Different,
            new(compared, 0, compared - missing, missing, 0, 0, 0, 0), 0, (time.GetUtcNow() - started).TotalSeconds, 0, Engine.PeakMemory, differences);
    }

    private static async Task FillAsync(MailmanRest host, ListAddress to, string role, PeopleMerge merge, IReadOnlyList<MailmanPerson> there, bool live, CancellationToken token)
    {
        var (known, kept) = (there.ToDictionary(static one => one.Email, StringComparer.Ordinal), merge.People.ToDictionary(static one => one.Address, StringComparer.Ordinal));
        foreach (var address in merge.Added)
        {
            var one = kept[address];
            var (mode, status, hidden, own) = MailmanTerms.Settings(one);
            await host.AddAsync(to, MailmanTerms.Role(role), address, one["gecos"] ?? "", mode, status, token);
        }

        // what is said of a membership is said apart; whoever was added before a cut gets it now
        var settled = role == "member" ? (await host.PeopleAsync(to, "member", token)).ToDictionary(static one => one.Email, StringComparer.Ordinal) : [];
        foreach (var address in role == "member" ? merge.Added.Concat(live ? [] : merge.Changed) : [])
        {
            if (!settled.TryGetValue(address, out var found) || MailmanTerms.Of(found, role).SaysTheSameAs(kept[address])) continue;
            var (mode, status, hidden, own) = MailmanTerms.Settings(kept[address]);
            await host.SetAsync(found.Id, mode, status, hidden, own, token);
            if (found.Name != (kept[address]["gecos"] ?? "")) await host.RenameAsync(address, kept[address]["gecos"] ?? "", token);
        }

        foreach (var address in live ? [] : merge.Removed)
            if (known.TryGetValue(address, out var gone)) await host.RemoveAsync(gone.Id, token);
    }

    private static ReportException Archive(long posts, ListAddress to) => new(
        "archive", TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, string.Create(CultureInfo.InvariantCulture, $"{posts} posts are in archive.mbox, and nothing tells whether they are in the new archive: they are neither counted as copied nor compared."),
        $"Have the host's people import them (hyperkitty_import -l {to} --since 1980-01-01 archive.mbox) and say how many their archive has; then accept this difference.");

    private static string Said(System.Text.Json.JsonElement value) => value.ValueKind == System.Text.Json.JsonValueKind.Array ? string.Join(' ', value.EnumerateArray().Select(static one => one.ToString())) : value.ToString();

    private static ReportException Lost(string text) => new(text.Split(':')[0], TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, text, "Decide with the list's owner.");
}

using System.Globalization;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Ftp;
using Cassiopea.ServiceDefaults;
using Cassiopea.Transfer;
using Microsoft.EntityFrameworkCore;
using SiteEntryKind = Cassiopea.Sites.Tree.SiteEntryKind;
using SitePath = Cassiopea.Sites.Tree.SitePath;

namespace Cassiopea.WebHosting;

/// <summary>What is known of the old place besides the engine's journal: its listing at the last delta, and which of its files are others at the new place.</summary>
internal sealed class OldPlace(SiteEngine engine, SiteFiles files, WebHostingContext db)
{
    /// <summary>After a rollback the configurations at the new place are not those of the old one: the old ones are put back, so that copies are copies again.</summary>
    public async Task PutCopiesBackAsync(JobRun run, SiteAccount source, SiteAccount target, CancellationToken token)
    {
        var configured = await db.ConfiguredFiles.AsNoTracking().Where(x => x.ItemId == run.ItemId).ToListAsync(token);
        if (configured.Count == 0)
            return;
        await using FtpSiteTree tree = new(source, TransferSide.Source, engine.Session(), 1);
        await using (SiteWriting writing = new(await SiteSession.OpenAsync(target, TransferSide.Target, engine.Session(), token)))
        {
            foreach (var path in configured.Select(static c => SitePath.OfBytes(c.Path)))
            {
                try
                {
                    await using var content = await tree.OpenAsync(path, token);
                    using MemoryStream bytes = new();
                    await content.CopyToAsync(bytes, token);
                    await writing.PutAsync(path, bytes.ToArray(), token);
                }
                catch (FileNotFoundException)
                {
                    continue; // gone at the old place: the engine tells it
                }
            }
        }

        await run.SaveAsync<WebHostingContext>(own => own.ConfiguredFiles.Where(x => x.ItemId == run.ItemId).ExecuteDeleteAsync(token), run.Checkpoint, token);
    }

    /// <summary>Keeps the listing of the old place as the last delta finds it; taken before the delta, so that what is written during it is told too.</summary>
    public async Task RememberAsync(Guid item, SiteAccount source, CancellationToken token)
    {
        var file = files.ListingOf(item);
        await using (var to = new StreamWriter(file + ".new", append: false, Encoding.Latin1))
        {
            await foreach (var (path, facts) in ListAsync(source, token))
                await to.WriteLineAsync($"{facts}\t{path.Bytes}");
        }

        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>Files of the old place, and what was written or deleted there since the last delta; caches do not count.</summary>
    public async Task<(long Total, IReadOnlyList<ItemException> Changes)> WrittenSinceAsync(Guid item, SiteAccount source, CancellationToken token)
    {
        var remembered = await ReadAsync(files.ListingOf(item), token);
        var caches = await db.Caches.AsNoTracking().Where(x => x.ItemId == item).Select(x => x.Path).ToListAsync(token);
        List<ItemException> changes = [];
        long total = 0;
        await foreach (var (path, facts) in ListAsync(source, token))
        {
            total++;
            var known = remembered.Remove(path.Bytes, out var before);
            if ((!known || before != facts) && Matters(path, caches))
                changes.Add(Changed(path, FailureCode.ItemAltered, known ? "Written at the old place after the last delta." : "New at the old place since the last delta."));
        }

        foreach (var path in remembered.Keys.Order(StringComparer.Ordinal).Select(SitePath.OfBytes).Where(p => Matters(p, caches)))
            changes.Add(Changed(path, FailureCode.ItemMissing, "Deleted at the old place after the last delta."));
        return (total, changes);
    }

    private async IAsyncEnumerable<(SitePath Path, string Facts)> ListAsync(SiteAccount source, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await using FtpSiteTree tree = new(source, TransferSide.Source, engine.Session(), 1);
        await foreach (var entry in tree.ListAsync(token))
        {
            if (entry.Kind == SiteEntryKind.File)
                yield return (entry.Path, string.Create(CultureInfo.InvariantCulture, $"{entry.Bytes}\t{entry.ModifiedAt?.ToUnixTimeSeconds() ?? 0}"));
        }
    }

    private static async Task<Dictionary<string, string>> ReadAsync(string file, CancellationToken token)
    {
        if (!File.Exists(file))
            throw new PassFailureException(new Failure(FailureSide.Us, FailureKind.Broken, FailureCode.InternalError, "The listing of the last delta is not on this disk: compare both places by hand."));
        Dictionary<string, string> listing = new(StringComparer.Ordinal);
        await foreach (var line in File.ReadLinesAsync(file, Encoding.Latin1, token))
        {
            var cut = line.IndexOf('\t', line.IndexOf('\t', StringComparison.Ordinal) + 1);
            listing[line[(cut + 1)..]] = line[..cut];
        }

        return listing;
    }

    private static bool Matters(SitePath path, IReadOnlyList<string> caches) =>
        !caches.Any(c => path.Bytes == c || path.Bytes.StartsWith(c + "/", StringComparison.Ordinal))
        && (Sites.Backups.DumpReader.FormatOf(path) is not null || !("/" + path.Bytes).Contains("/tmp/", StringComparison.Ordinal));

    private static ItemException Changed(SitePath path, string code, string text) =>
        SiteEnds.Exception(path.ToString(), FailureSide.Source, code, text, "Ask the member whether it must be brought over to the new place.");
}

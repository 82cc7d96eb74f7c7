using System.Buffers;
using System.Security.Cryptography;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Site;

/// <summary>Reads files at both ends and compares their hashes; believes nothing that the copy wrote down.</summary>
internal sealed class VerifyWorker(SiteRun run, int seed) : SiteWorker(run)
{
    protected override async Task DirectoryAsync(DirectoryWork work, CancellationToken token)
    {
        Run.Progress.At(work.Path.ToString());
        var there = ListTargetAsync(work, token);
        var listing = Source.ListAsync(work.Path, token);
        await CopyWorker.BothAsync(listing, there);
        var (listed, refusal) = await there;
        if (refusal is not null)
        {
            Run.FoundDirectory();
            Run.NotListed(work.Path, refusal, "Let this login read the folder at the new provider, then verify again: nothing in it was compared.");
            return;
        }

        var found = new List<Action>();
        var atTarget = listed.Where(static entry => entry.Kind != SiteEntryKind.Unknown).DistinctBy(static entry => entry.Path).ToDictionary(static entry => entry.Path);
        foreach (var entry in (await listing).DistinctBy(static entry => entry.Path))
        {
            atTarget.Remove(entry.Path, out var known);
            if (entry.Kind != SiteEntryKind.Unknown && (Run.Excludes.Match(entry.Path) || entry.Path.EndsWith(".cassiopea-part"u8))) found.Add(() => Run.Exclude(entry.Path, entry.Kind == SiteEntryKind.Directory));
            else if (entry.Kind == SiteEntryKind.Directory) found.Add(() => Run.Queue.Add(new DirectoryWork(entry.Path, known is not null)));
            else found.Add(await EntryAsync(entry, known, token));
        }

        Run.FoundDirectory();
        foreach (var tell in found) tell();
        foreach (var extra in atTarget.Values)
            if (!Run.Excludes.Match(extra.Path)) Run.FoundExtra(extra);
    }

    protected override async Task FileAsync(FileWork work, CancellationToken token)
    {
        var path = work.Entry.Path;
        var (source, target) = (HashAsync(Source, path, token), HashAsync(Target, path, token));
        await CopyWorker.BothAsync(source, target);
        var (hash, size) = await source;
        var (hashThere, sizeThere) = await target;
        if (hash.AsSpan().SequenceEqual(hashThere))
        {
            Run.AlreadyThere(size);
            Run.Manifest?.Add(path, size, hash);
        }
        else
        {
            Run.Refuse(path, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemAltered, $"The content differs: {size} bytes at the source, {sizeThere} at the target."), "Copy it again, or confirm that it was changed on purpose.");
        }

        Run.Queue.Finished();
    }

    // A folder that is there and cannot be listed is no empty one: what is in it is not missing, it was not seen.
    private async Task<(IReadOnlyList<SiteEntry> Entries, TransferFailure? Refusal)> ListTargetAsync(DirectoryWork work, CancellationToken token)
    {
        if (!work.AtTarget) return ([], null);
        try
        {
            return (await Target.ListAsync(work.Path, token), null);
        }
        catch (SiteException refused) when (!work.Path.IsRoot && refused.SessionUsable && refused.Kind == TransferFailureKind.Refused)
        {
            return ([], refused.Failure);
        }
    }

    // what is found is told only when the whole directory was seen
    private async Task<Action> EntryAsync(SiteEntry entry, SiteEntry? known, CancellationToken token)
    {
        var file = entry.Kind == SiteEntryKind.Link ? await Source.FollowAsync(entry.Path, token) : entry.Kind == SiteEntryKind.File ? entry : null;
        return () => Judge(entry, file, known);
    }

    private void Judge(SiteEntry entry, SiteEntry? file, SiteEntry? known)
    {
        Run.Found(file?.Size ?? 0);
        if (entry.Kind == SiteEntryKind.Link && known?.Kind == SiteEntryKind.Link && known.LinkTarget == entry.LinkTarget) Run.AlreadyThere(0);
        else if (known is null || file is null) Run.Refuse(entry.Path, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemMissing, "Not at the target."), "Copy it, or confirm that it is not needed.");
        else if (Sampled(entry.Path)) Run.Queue.Add(new FileWork(file, entry.Kind == SiteEntryKind.Link));
        else if (known.Size == file.Size) Run.AlreadyThere(file.Size);
        else Run.Refuse(entry.Path, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemAltered, $"{file.Size} bytes at the source, {known.Size} at the target."), "Copy it again, or confirm that it was changed on purpose.");
    }

    private bool Sampled(SitePath path)
    {
        if (Run.Options.SamplePercent >= 100) return true;
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(path.Bytes, hash);
        return (hash[0] + (hash[1] << 8) + seed) % 100 < Run.Options.SamplePercent;
    }

    private async Task<(byte[] Hash, long Size)> HashAsync(SiteSession session, SitePath path, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var reading = await session.StartReadAsync(path, 0, token);
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        var size = 0L;
        try
        {
            int read;
            while ((read = await reading.Stream.ReadAsync(buffer, token)) > 0)
            {
                if (Run.Throttle.Limited) await Run.Throttle.WaitAsync(read, token);
                hash.AppendData(buffer.AsSpan(0, read));
                size += read;
                if (session.Side == TransferSide.Target) Run.Arrived(0, read);
            }

            await session.EndReadAsync(another: false, token);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await session.AbandonAsync(token);
        }

        return (hash.GetHashAndReset(), size);
    }
}

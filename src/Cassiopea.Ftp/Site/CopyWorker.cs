using System.Buffers;
using System.Security.Cryptography;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Site;

/// <summary>Copies. A file passes from socket to socket and is hashed on the way.</summary>
internal sealed class CopyWorker(SiteRun run) : SiteWorker(run)
{
    /// <summary>Files above are resumed where they broke off.</summary>
    internal const int Big = 4 << 20;

    private const int Checkpoint = 4 << 20;
    private const int BufferSize = 128 << 10;
    private readonly List<FileWork> _uncommitted = [];

    protected override Task DirectoryAsync(DirectoryWork work, CancellationToken token) => new DirectoryComparison(Run, Source, Target).RunAsync(work, token);

    protected override async Task FileAsync(FileWork work, CancellationToken token)
    {
        var entry = await EntryAsync(work, token);
        var part = entry.Path.With(".cassiopea-part"u8);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var offset = entry.Size >= Big && work.Failures < 3 ? await ResumeAsync(entry, part, hash, token) : 0;
        var (reading, to) = await StartAsync(entry, part, offset, token);
        var counted = offset;
        try
        {
            counted = await PassAsync(entry, reading.Stream, to, offset, hash, token);
            if (entry.Size >= 0 && counted != entry.Size)
                throw new SiteException(TransferSide.Source, TransferFailureKind.Passing, TransferCode.ItemAltered, $"{entry.Path}: {counted} bytes came, {entry.Size} were listed.", usable: true);
            Next = Run.Queue.TryTakeFile();
            var facts = new SiteFileFacts(counted, reading.Modified ?? (entry.Precision == TimePrecision.Second ? entry.Modified : null), entry.Mode);
            await BothAsync(Source.EndReadAsync(Next is not null, token), Target.EndWriteAsync(part, facts, Next is not null, token));
        }
        catch (SiteException failed)
        {
            await AbandonAsync(failed, token);
            throw;
        }

        Commit(work, entry with { Size = counted }, part, hash.GetHashAndReset());
    }

    protected override Task SettleAsync(CancellationToken token) => Target.FlushAsync(token);

    protected override void Unsettled()
    {
        foreach (var work in _uncommitted) PutBack(work);
        _uncommitted.Clear();
    }

    // A link's own size is not its content's; a file whose size was wrong once may have changed since it was listed.
    private async Task<SiteEntry> EntryAsync(FileWork work, CancellationToken token)
    {
        if (work.Failures == 0) return work.Entry;
        return await Source.FollowAsync(work.Entry.Path, token) is { } now ? work.Entry with { Size = now.Size } : work.Entry;
    }

    private async Task<long> ResumeAsync(SiteEntry entry, SitePath part, IncrementalHash hash, CancellationToken token)
    {
        if (Run.Journal!.PartOf(entry, long.MaxValue) is null || await Target.SizeAsync(part, token) is not { } there || Run.Journal.PartOf(entry, there) is not { } known) return 0;
        await using var stream = await Target.OpenReadAsync(part, 0, token);
        var buffer = new byte[BufferSize];
        var left = known.Offset;
        while (left > 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), token);
            if (read == 0) break;
            hash.AppendData(buffer.AsSpan(0, read));
            left -= read;
        }

        // To its end: a server whose TLS connection is broken off in the middle may end the session with it (proftpd).
        while (left == 0 && await stream.ReadAsync(buffer, token) > 0) continue;
        if (left == 0 && hash.GetCurrentHash().AsSpan().SequenceEqual(known.Hash)) return known.Offset;
        hash.GetHashAndReset();
        return 0;
    }

    private async Task<(SiteReading Reading, Stream To)> StartAsync(SiteEntry entry, SitePath part, long offset, CancellationToken token)
    {
        var reading = Source.StartReadAsync(entry.Path, offset, token);
        var writing = Target.StartWriteAsync(part, offset, token);
        try
        {
            await BothAsync(reading, writing);
            return (await reading, await writing);
        }
        catch (SiteException failed)
        {
            await AbandonAsync(failed, token);
            if (writing.IsCompletedSuccessfully && offset == 0) await Target.DeleteFileAsync(part, token);
            throw;
        }
    }

    private async Task<long> PassAsync(SiteEntry entry, Stream from, Stream to, long offset, IncrementalHash hash, CancellationToken token)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var (counted, saved) = (offset, offset);
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, token)) > 0)
            {
                if (Run.Throttle.Limited) await Run.Throttle.WaitAsync(read, token);
                await to.WriteAsync(buffer.AsMemory(0, read), token);
                hash.AppendData(buffer.AsSpan(0, read));
                counted += read;
                Run.Arrived(0, read);
                if (entry.Size < Big || counted - saved < Checkpoint) continue;
                saved = counted;
                Run.Journal!.Part(entry, counted, hash.GetCurrentHash());
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return counted;
    }

    private void Commit(FileWork work, SiteEntry entry, SitePath part, byte[] hash)
    {
        _uncommitted.Add(work);
        Target.Commit(part, entry.Path, failure =>
        {
            _uncommitted.Remove(work);
            if (failure is null)
            {
                Run.Journal!.Done(entry, hash);
                Run.Copied(entry.Size, altered: work.IsLink);
                if (work.IsLink) Run.Except(entry.Path.ToString(), new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, "A symbolic link: its content was copied in its place."), "Nothing, unless the link was meant to stay one.");
            }
            else
            {
                Run.Refuse(entry.Path, failure, "Ask the new provider, or copy it by hand.");
            }

            Run.Queue.Finished();
        });
    }

    /// <summary>Leaves the other session fit for the next file.</summary>
    private async Task AbandonAsync(SiteException failed, CancellationToken token)
    {
        if (failed.Side != TransferSide.Source || failed.SessionUsable) await Source.AbandonAsync(token);
        if (failed.Side != TransferSide.Target || failed.SessionUsable) await Target.AbandonAsync(token);
    }

    /// <summary>Waits for both, whatever one does; the source's failure comes first.</summary>
    internal static async Task BothAsync(Task source, Task target)
    {
        try
        {
            await source;
        }
        catch
        {
            await ((Task)target.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default));
            throw;
        }

        await target;
    }
}

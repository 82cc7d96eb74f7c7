using System.Collections.Concurrent;
using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>Reads both ends folder by folder on a few pairs of connections.</summary>
internal sealed class VerificationRun(ImapAccount source, ImapAccount target, string? journalDirectory, MailboxTransferOptions options, TimeProvider time)
{
    private const int Attempts = 4;
    private readonly ConcurrentBag<ComparedFolder> _compared = [];
    private readonly TransferProgress _progress = new(time);
    private readonly ArchivedMessages? _archive = options is { OnlineSince: not null, ArchiveDirectory: { } directory } ? new(directory) : null;
    private long _roundTrips;
    private long _lastProgress;

    public long RoundTrips => Interlocked.Read(ref _roundTrips);

    public async Task<List<ComparedFolder>> RunAsync(CancellationToken token)
    {
        var (folders, known) = await PlanAsync(token);
        var waiting = new ConcurrentQueue<MappedFolder>(folders.OrderByDescending(static folder => folder.Source.Status!.Messages));
        var workers = Enumerable.Range(0, Math.Min(options.Connections, Math.Max(1, folders.Count))).Select(_ => WorkAsync(waiting, known, token)).ToList();
        await Task.WhenAll(workers);
        return [.. _compared];
    }

    private async Task<(List<MappedFolder> Folders, AccountFolders Target)> PlanAsync(CancellationToken token)
    {
        var pair = await OpenAsync(token);
        try
        {
            var reading = AccountFolders.ReadAsync(pair.Source, sizes: false, token);
            var known = await AccountFolders.ReadAsync(pair.Target, sizes: false, token);
            var from = await reading;
            var copied = from.Own.Where(static folder => folder is { Selectable: true, Exists: true, Status: not null }).ToList();
            using var journal = journalDirectory is not null && Directory.Exists(journalDirectory)
                ? AccountJournal.Open(journalDirectory, MailboxTransfer.Key(source), MailboxTransfer.Key(target))
                : null;
            var mapped = new FolderMapping(options, from.Style, known.Style, known.Own).Map(copied, name => journal?.Find(name));
            mapped.RemoveAll(static folder => folder.Excluded);
            _progress.Expect(mapped.Sum(static folder => folder.Source.Status!.Messages), 0);
            return (mapped, known);
        }
        finally
        {
            await CloseAsync(pair);
        }
    }

    private async Task WorkAsync(ConcurrentQueue<MappedFolder> waiting, AccountFolders known, CancellationToken token)
    {
        (ImapConnection Source, ImapConnection Target)? pair = null;
        try
        {
            while (waiting.TryDequeue(out var folder))
            {
                for (var attempt = 1; ; attempt++)
                {
                    try
                    {
                        pair ??= await OpenAsync(token);
                        foreach (var part in await CompareAsync(pair.Value, folder, known, token)) _compared.Add(part);
                        break;
                    }
                    catch (TransferException passing) when (passing.Kind == TransferFailureKind.Passing && attempt < Attempts)
                    {
                        if (pair is { } broken) await CloseAsync(broken);
                        pair = null;
                        await Task.Delay(TimeSpan.FromMilliseconds(200 * attempt * attempt), TimeProvider.System, token);
                    }
                }
            }
        }
        finally
        {
            if (pair is { } open) await CloseAsync(open);
        }
    }

    private async Task<ComparedFolder[]> CompareAsync((ImapConnection Source, ImapConnection Target) pair, MappedFolder folder, AccountFolders known, CancellationToken token)
    {
        var there = known.Find(folder.Target) is { Selectable: true };
        var reading = ReadAsync(pair.Source, folder.Source.Name, token);
        var found = there ? await ReadAsync(pair.Target, folder.Target, token) : [];
        var sent = await reading;
        Tell(sent.Count, sent.Sum(static message => message.Size), folder.SourcePath);
        return await ComparedFolder.CompareAsync(folder, there, sent, found, options.OnlineSince, _archive, token);
    }

    private static async Task<List<ScannedMessage>> ReadAsync(ImapConnection connection, string name, CancellationToken token)
    {
        var selected = await connection.ExamineAsync(name, token);
        if (selected.Messages == 0) return [];
        using var scan = new TargetScan(connection);
        return await scan.ReadExactlyAsync("1:*", token);
    }

    private void Tell(long messages, long bytes, string now)
    {
        _progress.At(now);
        _progress.Advance(messages, bytes);
        if (options.Progress is not { } listener) return;
        var stamp = time.GetTimestamp();
        var before = Interlocked.Read(ref _lastProgress);
        if (before != 0 && time.GetElapsedTime(before, stamp) < options.ProgressEvery) return;
        if (Interlocked.CompareExchange(ref _lastProgress, stamp, before) == before) listener(_progress.Snapshot());
    }

    private async Task<(ImapConnection Source, ImapConnection Target)> OpenAsync(CancellationToken token)
    {
        var how = new ImapConnectionOptions { Idle = options.Idle, TrustedRoots = options.TrustedRoots, WithoutCapabilities = options.WithoutCapabilities };
        var from = await ImapConnection.OpenAsync(source, TransferSide.Source, how, token);
        try
        {
            return (from, await ImapConnection.OpenAsync(target, TransferSide.Target, how, token));
        }
        catch
        {
            await from.DisposeAsync();
            throw;
        }
    }

    private async ValueTask CloseAsync((ImapConnection Source, ImapConnection Target) pair)
    {
        foreach (var connection in (ImapConnection[])[pair.Source, pair.Target])
        {
            Interlocked.Add(ref _roundTrips, connection.RoundTrips);
            await connection.LogoutAsync(CancellationToken.None);
            await connection.DisposeAsync();
        }
    }
}

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
    private IReadOnlyDictionary<string, HashSet<uint>>? _oneCopy;
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
            bool IsMapped(ListedFolder folder) => FolderMapping.IsMapped(options, NameStyle.Path(FolderMapping.LevelsOf(from.Style, folder)));
            var copied = from.Own.Concat(from.Others.Where(IsMapped)).Where(static folder => folder is { Selectable: true, Exists: true, Status: not null }).ToList();
            using var journal = journalDirectory is not null && Directory.Exists(journalDirectory)
                ? AccountJournal.Open(journalDirectory, MailboxTransfer.Key(source), MailboxTransfer.Key(target))
                : null;
            var gmail = GmailPlan.Applies(pair.Source);
            var mapped = new FolderMapping(options, from.Style, known.Style, known.Own, gmail).Map(copied, name => journal?.Find(name));
            mapped.RemoveAll(folder => folder.Excluded || (gmail && GmailPlan.LeavesOut(folder.Source, options.GmailLabels)));
            if (gmail && journal is not null)
            {
                using var claims = journal.OpenClaims();
                _oneCopy = mapped.ToDictionary(static folder => folder.Source.Name, folder => claims.Of(journal.Find(folder.Source.Name)?.Number ?? 0), StringComparer.Ordinal);
            }

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
        if (_oneCopy is { } claims) sent = await WithLabelsAsync(pair.Source, folder.Source.Name, sent, claims[folder.Source.Name], token);
        Tell(sent.Count, sent.Sum(static message => message.Size), folder.SourcePath);
        return await ComparedFolder.CompareAsync(folder, there, sent, found, options.OnlineSince, _archive, token);
    }

    /// <summary>Of a Gmail-like source: only what this folder copies, with the keywords that labels became.</summary>
    private static async Task<List<ScannedMessage>> WithLabelsAsync(ImapConnection connection, string name, List<ScannedMessage> sent, HashSet<uint> copied, CancellationToken token)
    {
        var labels = new Dictionary<uint, List<string>>();
        if (sent.Count > 0)
        {
            await connection.FactsAsync("1:*", "X-GM-LABELS", (in FetchItems items) =>
            {
                if (items.Labels is { } found) labels[items.Uid] = found;
            }, token);
        }

        return [.. sent.Where(message => copied.Contains(message.Uid)).Select(message => message with
        {
            Flags = FlagSet.Of(message.Flags.Flags.Concat(GmailPlan.KeywordsOf(labels.GetValueOrDefault(message.Uid, []), name).Flags)),
        })];
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

using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Before a folder is read: finds out what of it is at the target already. After a crash it looks only at target UIDs from the journalled
/// UIDNEXT on; where an end has new UIDs, or the target has messages and there is no journal, by hash over what can match.
/// </summary>
internal sealed class FolderPreparation(TransferRun run, ImapConnection source, ImapConnection target)
{
    public async Task PrepareAsync(FolderWork folder, CancellationToken token)
    {
        var (selected, status) = await target.EndSelectAsync(target.BeginSelect(folder.Map.Target), token);
        if (!status.Ok) throw target.Refused(status, $"SELECT {folder.Map.TargetPath}");
        folder.TargetValidity = selected.UidValidity;
        folder.TargetMessages = selected.Messages;
        folder.Rules = new(selected.PermanentFlags);
        folder.TargetNext = selected.UidNext != 0 ? selected.UidNext : (await target.StatusAsync(folder.Map.Target, token))?.UidNext ?? 1;
        var journal = folder.Journal ??= run.Journal.Open(folder.Entry);
        folder.LocateFrom = journal.Entries.Any(static entry => entry is { TargetUid: 0, State: EntryState.Done or EntryState.DoneUnchecked }) ? 1 : folder.TargetNext;
        if (journal.SourceValidity == 0) await BeginAsync(folder, token);
        else if (folder.TargetIsNew(journal)) await TargetIsNewAsync(folder, token);
        else
        {
            if (journal.Open.Count > 0) await RecoverAsync(folder, token);
            if (folder.SourceIsNew(journal)) SourceIsNew(run, folder);
        }

        journal.Flush();
        if (target.Capabilities.Unselect) await target.EndAsync(target.BeginLine("UNSELECT"), null, token);
        folder.Prepared = true;
    }

    /// <summary>True when the folder can be read without looking at the target first.</summary>
    public static bool IsSimple(FolderWork folder, FolderJournal journal) =>
        journal.Open.Count == 0
        && (journal.SourceValidity == 0
            ? folder.TargetMessages == 0
            : !folder.SourceIsNew(journal) && !folder.TargetIsNew(journal)
                && !journal.Entries.Any(static entry => entry is { TargetUid: 0, State: EntryState.Done or EntryState.DoneUnchecked }));

    private async Task BeginAsync(FolderWork folder, CancellationToken token)
    {
        if (folder.TargetMessages > 0) folder.Pool = await PoolOfTargetAsync(folder, token);
        folder.Journal!.BeginGeneration(folder.SourceStatus.UidValidity, folder.TargetValidity);
    }

    private async Task TargetIsNewAsync(FolderWork folder, CancellationToken token)
    {
        if (folder.DeletedAtTarget)
        {
            folder.Journal!.TargetRenewed(folder.TargetValidity);
            return;
        }

        run.Note($"{folder.Map.TargetPath} ; UIDVALIDITY", new(TransferSide.Target, TransferFailureKind.Passing, TransferCode.NotExpressible,
            "The target gave all messages of this folder new UIDs (UIDVALIDITY changed); they were matched again by their content."), "Nothing.");
        await BeginAsync(folder, token);
    }

    /// <summary>What the journal knows at the target is matched with the source's new UIDs by content; the target need not be looked at.</summary>
    public static void SourceIsNew(TransferRun run, FolderWork folder)
    {
        var journal = folder.Journal!;
        var pool = new MatchPool();
        var prints = journal.ReadPrints();
        foreach (var entry in journal.Entries)
        {
            if (prints.TryGetValue(entry.Uid, out var print)) pool.Add(print.Hash, entry.TargetUid, print.Date);
        }

        run.Note($"{folder.Map.SourcePath} ; UIDVALIDITY", new(TransferSide.Source, TransferFailureKind.Passing, TransferCode.NotExpressible,
            "The source gave all messages of this folder new UIDs (UIDVALIDITY changed); they were matched again by their content."), "Nothing.");
        folder.Pool = pool;
        journal.BeginGeneration(folder.SourceStatus.UidValidity, folder.TargetValidity);
    }

    /// <summary>The target's messages whose size occurs at the source too.</summary>
    private async Task<MatchPool> PoolOfTargetAsync(FolderWork folder, CancellationToken token)
    {
        var sizes = new HashSet<long>();
        await source.ExamineAsync(folder.Map.Source.Name, token);
        if (folder.SourceStatus.Messages > 0)
            await source.FactsAsync("1:*", "RFC822.SIZE", (in FetchItems items) => sizes.Add(items.Size), token);
        var candidates = new UidSet();
        await target.FactsAsync("1:*", "RFC822.SIZE", (in FetchItems items) =>
        {
            if (sizes.Contains(items.Size)) candidates.Add(items.Uid);
        }, token);
        var pool = new MatchPool();
        using var scan = new TargetScan(target);
        foreach (var (text, _) in candidates.Chunks(500))
        {
            foreach (var message in await scan.ReadAsync(text, 1, "BODY.PEEK[]", token)) pool.Add(message.Hash, message.Uid, message.Date);
        }

        return pool;
    }

    /// <summary>What was under way when the last run ended: found at the target, it is done; not found, it is sent again.</summary>
    private async Task RecoverAsync(FolderWork folder, CancellationToken token)
    {
        var journal = folder.Journal!;
        var open = journal.Open.OrderBy(static pair => pair.Key).ToList();
        var from = open.Min(static pair => pair.Value.TargetNext);
        var claimed = journal.Entries.Where(static entry => entry.TargetUid != 0).Select(static entry => entry.TargetUid).ToHashSet();
        using var scan = new TargetScan(target);
        var found = await scan.ReadAsync($"{from}:*", from, "BODY.PEEK[]", token);
        found.RemoveAll(message => claimed.Contains(message.Uid));
        TakeUnlocated(journal, found);
        long messages = 0, bytes = 0;
        foreach (var sameDate in (bool[])[true, false])
        {
            foreach (var (uid, intent) in open)
            {
                if (!journal.Open.ContainsKey(uid) || !intent.Print.HasHash) continue;
                var at = found.FindIndex(message => Same(message, intent.Print) && (!sameDate || message.Date.Seconds == intent.Print.Date.Seconds));
                if (at < 0) continue;
                journal.Done([(uid, found[at].Uid, true)]);
                folder.Checks.Add(new(uid, found[at].Uid, folder.Rules.Keep(journal.FlagsOf(intent.Flags)), intent.Print));
                found.RemoveAt(at);
                messages++;
                bytes += intent.Print.Size;
            }
        }

        foreach (var (uid, _) in open)
        {
            if (journal.Open.ContainsKey(uid)) journal.Withdrawn(uid);
        }

        if (!folder.Counted) return; // an earlier run's: counted with what is already there
        folder.Copied += messages;
        folder.Bytes += bytes;
        run.Arrived(messages, bytes);
    }

    /// <summary>Without UIDPLUS the target's UIDs of what is done may not be known: these messages are taken first.</summary>
    private static void TakeUnlocated(FolderJournal journal, List<ScannedMessage> found)
    {
        if (!journal.Entries.Any(static entry => entry is { TargetUid: 0, State: EntryState.Done or EntryState.DoneUnchecked })) return;
        var prints = journal.ReadPrints();
        foreach (var entry in journal.Entries.Where(static entry => entry is { TargetUid: 0, State: EntryState.Done or EntryState.DoneUnchecked }).ToList())
        {
            if (!prints.TryGetValue(entry.Uid, out var print)) continue;
            var at = found.FindIndex(message => Same(message, print) && message.Date.Seconds == print.Date.Seconds);
            if (at < 0) continue;
            journal.Located(entry.Uid, found[at].Uid);
            found.RemoveAt(at);
        }
    }

    private static bool Same(in ScannedMessage message, in Fingerprint print) =>
        message.Hash.Equals(print.Hash)
        || (FolderRecords.IsRewritten(print.Oddity) && message.Canonical.Equals(print.Canonical) && Math.Abs(message.Size - print.Size) <= 64 + print.Size / 32);
}

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
            if (journal.Open.Count > 0) await new Recovery(run, target).RecoverAsync(folder, token);
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
}

using Cassiopea.Imap.Journal;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Clears up what got no answer when a connection or the process was lost: found at the target, it is done; not found, it is sent again.
/// A server or a line may still be busy with what was sent whole, so the target must be quiet for a time first; what is then sent again
/// stays in the journal as doubted, for <see cref="LateArrivals"/>.
/// </summary>
internal sealed class Recovery(TransferRun run, ImapConnection target)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    /// <summary>No server and no line is busy with one command for that long.</summary>
    public static readonly TimeSpan Old = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    public async Task RecoverAsync(FolderWork folder, CancellationToken token)
    {
        var journal = folder.Journal!;
        var open = journal.Open.OrderBy(static pair => pair.Key).ToList();
        var from = open.Min(static pair => pair.Value.TargetNext);
        var claimed = journal.Entries.Where(static entry => entry.TargetUid != 0).Select(static entry => entry.TargetUid).ToHashSet();
        using var scan = new TargetScan(target);
        var found = await scan.ReadAsync($"{from}:*", from, "BODY.PEEK[]", token);
        var next = Next(found, from);
        found.RemoveAll(message => claimed.Contains(message.Uid));
        TakeUnlocated(journal, found);
        Match(folder, open, found);
        if (journal.Open.Count > 0 && TimeProvider.System.GetUtcNow() - journal.LastIntent < Old) next = await QuietAsync(folder, open, found, next, scan, token);
        folder.TargetNext = Math.Max(folder.TargetNext, next);
        foreach (var (uid, intent) in open)
        {
            if (!journal.Open.ContainsKey(uid)) continue;
            if (intent.Print.HasHash) journal.Doubted(uid, TimeProvider.System.GetUtcNow());
            else journal.Withdrawn(uid); // its last octet was kept back until its hash was known
        }
    }

    /// <summary>Looks again until all is found or nothing arrived for the time of <see cref="MailboxTransferOptions.Settle"/>.</summary>
    private async Task<uint> QuietAsync(FolderWork folder, List<KeyValuePair<uint, OpenIntent>> open, List<ScannedMessage> found, uint next, TargetScan scan, CancellationToken token)
    {
        var (start, changed) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetTimestamp());
        while (folder.Journal!.Open.Count > 0 && TimeProvider.System.GetElapsedTime(changed) < run.Options.Settle && TimeProvider.System.GetElapsedTime(start) < LongestWait)
        {
            var left = run.Options.Settle - TimeProvider.System.GetElapsedTime(changed);
            await Task.Delay(left < Step ? left : Step, TimeProvider.System, token);
            await target.EndAsync(target.BeginLine("NOOP"), null, token);
            var more = await scan.ReadAsync($"{next}:*", next, "BODY.PEEK[]", token);
            if (more.Count == 0) continue;
            changed = TimeProvider.System.GetTimestamp();
            next = Next(more, next);
            found.AddRange(more);
            Match(folder, open, found);
        }

        return next;
    }

    private static uint Next(List<ScannedMessage> found, uint next) => found.Count == 0 ? next : Math.Max(next, found.Max(static message => message.Uid) + 1);

    private void Match(FolderWork folder, List<KeyValuePair<uint, OpenIntent>> open, List<ScannedMessage> found)
    {
        var journal = folder.Journal!;
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

        if (!folder.Counted || messages == 0) return; // an earlier run's: counted with what is already there
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

    public static bool Same(in ScannedMessage message, in Fingerprint print) =>
        message.Hash.Equals(print.Hash)
        || (FolderRecords.IsRewritten(print.Oddity) && message.Canonical.Equals(print.Canonical) && Math.Abs(message.Size - print.Size) <= 64 + print.Size / 32);
}

using System.Globalization;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// At the end of a pass: looks for sendings that were given up and arrived after all, so that a message is at the target twice. One of two
/// copies that are both ours is taken away again where UID EXPUNGE (RFC 4315 §2.1) can name it alone, else the message is listed (decision 0032).
/// </summary>
internal sealed class LateArrivals(TransferRun run, ImapConnection target)
{
    public static bool Concerns(FolderWork folder) => folder is { Finished: true, Journal.Late.Count: > 0 };

    public async Task LookAsync(IEnumerable<FolderWork> folders, CancellationToken token)
    {
        foreach (var folder in folders.Where(Concerns)) await LookAsync(folder, token);
    }

    private async Task LookAsync(FolderWork folder, CancellationToken token)
    {
        var journal = folder.Journal!;
        var late = journal.Late.ToList();
        var from = late.Min(static one => one.Intent.TargetNext);
        var (selected, status) = await target.EndSelectAsync(target.BeginSelect(folder.Map.Target), token);
        if (!status.Ok || selected.UidValidity != folder.TargetValidity) return;
        var (there, strangers) = await CandidatesAsync(journal, late, from, token);
        var doubles = new List<(LateIntent Late, ScannedMessage Message)>();
        if (strangers.Count > 0) doubles = Doubles(journal, late, there, await ScanAsync(strangers, from, token));
        await TakeAwayAsync(folder, doubles, token);
        var given = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - (long)Recovery.Old.TotalSeconds;
        foreach (var one in late.Where(one => one.Since <= given)) journal.Settled(one.Uid);
        journal.Flush();
        if (target.Capabilities.Unselect) await target.EndAsync(target.BeginLine("UNSELECT"), null, token);
    }

    /// <summary>What is at the target from the first doubted sending on: all UIDs, and those that nobody claims and whose size is one that is looked for.</summary>
    private async Task<(HashSet<uint> There, UidSet Strangers)> CandidatesAsync(FolderJournal journal, List<LateIntent> late, uint from, CancellationToken token)
    {
        var sizes = late.Select(static one => one.Intent.Print.Size).ToHashSet();
        var claimed = journal.Entries.Where(static entry => entry.TargetUid != 0).Select(static entry => entry.TargetUid).ToHashSet();
        var there = new HashSet<uint>();
        var strangers = new UidSet();
        await target.FactsAsync($"{from}:*", "RFC822.SIZE", (in FetchItems items) =>
        {
            if (items.Uid < from || !there.Add(items.Uid)) return;
            if (!claimed.Contains(items.Uid) && sizes.Contains(items.Size)) strangers.Add(items.Uid);
        }, token);
        return (there, strangers);
    }

    private async Task<List<ScannedMessage>> ScanAsync(UidSet uids, uint from, CancellationToken token)
    {
        using var scan = new TargetScan(target);
        var found = new List<ScannedMessage>();
        foreach (var (text, _) in uids.Chunks(500)) found.AddRange(await scan.ReadAsync(text, from, "BODY.PEEK[]", token));
        return found;
    }

    /// <summary>
    /// Equal octets and equal date, not before the target's UIDNEXT of the first sending, and the second sending is there too: then both are
    /// ours, for the journal has one message of the source for the two.
    /// </summary>
    private static List<(LateIntent Late, ScannedMessage Message)> Doubles(FolderJournal journal, List<LateIntent> late, HashSet<uint> there, List<ScannedMessage> strangers)
    {
        var doubles = new List<(LateIntent Late, ScannedMessage Message)>();
        foreach (var one in late)
        {
            if (!journal.TryFind(one.Uid, out var entry) || entry.State is not (EntryState.Done or EntryState.DoneUnchecked) || entry.TargetUid < one.Intent.TargetNext) continue;
            var print = one.Intent.Print;
            var at = strangers.FindIndex(message => message.Uid >= one.Intent.TargetNext && message.Hash.Equals(print.Hash) && message.Date.Seconds == print.Date.Seconds);
            if (at < 0) continue;
            if (there.Contains(entry.TargetUid)) doubles.Add((one, strangers[at]));
            else journal.Located(one.Uid, strangers[at].Uid); // people took the other away: this is the one now
            strangers.RemoveAt(at);
        }

        return doubles;
    }

    private async Task TakeAwayAsync(FolderWork folder, List<(LateIntent Late, ScannedMessage Message)> doubles, CancellationToken token)
    {
        var untouched = doubles.Where(pair => IsAsSent(folder, pair.Late, pair.Message)).ToList();
        foreach (var (late, message) in doubles.Except(untouched)) List(folder, late, message.Uid, "People changed its flags, so it is left alone.");
        if (untouched.Count == 0) return;
        if (!target.Capabilities.UidPlus)
        {
            foreach (var (late, message) in untouched) List(folder, late, message.Uid, "The target cannot take away one message alone (no UIDPLUS).");
            return;
        }

        var uids = new UidSet();
        foreach (var uid in untouched.Select(static pair => pair.Message.Uid).Order()) uids.Add(uid);
        foreach (var (text, some) in uids.Chunks(500))
        {
            var (mark, expunge) = (target.BeginStore(text, add: true, ["\\Deleted"]), target.BeginLine($"UID EXPUNGE {text}"));
            var marked = await target.EndAsync(mark, null, token);
            var gone = await target.EndAsync(expunge, null, token);
            var done = marked.Ok && gone.Ok;
            foreach (var (late, message) in untouched.Where(pair => some.Contains(pair.Message.Uid)))
            {
                if (!done)
                {
                    List(folder, late, message.Uid, $"The target did not let it be taken away: {(marked.Ok ? gone : marked).Text}");
                    continue;
                }

                folder.Journal!.Settled(late.Uid);
                run.Note(Item(folder, late.Uid), Failure(string.Create(CultureInfo.InvariantCulture, $"A sending that got no answer arrived late; the second copy (UID {message.Uid}) was taken away.")), "Nothing.");
            }
        }
    }

    /// <summary>True while nobody but us had a hand in it.</summary>
    private static bool IsAsSent(FolderWork folder, in LateIntent late, in ScannedMessage message)
    {
        var sent = folder.Rules.Keep(folder.Journal!.FlagsOf(late.Intent.Flags)).Flags;
        var now = message.Flags.Flags.Where(static flag => !flag.Equals("\\Deleted", StringComparison.OrdinalIgnoreCase)).ToList(); // ours, of an earlier attempt
        return now.Count == sent.Count(static flag => !flag.Equals("\\Deleted", StringComparison.OrdinalIgnoreCase)) && !now.Except(sent, StringComparer.OrdinalIgnoreCase).Any();
    }

    private void List(FolderWork folder, in LateIntent late, uint targetUid, string why) =>
        run.Except(Item(folder, late.Uid), Failure(string.Create(CultureInfo.InvariantCulture, $"A sending that got no answer arrived late: the message is there twice, the second time as UID {targetUid}. {why}")), "Delete one of the two at the target.");

    private static string Item(FolderWork folder, uint uid) => string.Create(CultureInfo.InvariantCulture, $"{folder.Map.SourcePath} ; {folder.SourceStatus.UidValidity} ; {uid}");

    private static TransferFailure Failure(string text) => new(TransferSide.Target, TransferFailureKind.Passing, TransferCode.ItemDoubled, text);
}

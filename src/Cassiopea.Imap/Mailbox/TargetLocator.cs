using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Journal;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Finds the target's UIDs of what was copied where APPEND does not tell them (no UIDPLUS): what we appended stands there in our order,
/// so both lists are walked side by side by size and date.
/// </summary>
internal sealed class TargetLocator(ImapConnection target)
{
    public async Task LocateAsync(FolderWork folder, CancellationToken token)
    {
        var journal = folder.Journal!;
        var unknown = journal.Entries.Where(static entry => entry is { TargetUid: 0, State: EntryState.Done or EntryState.DoneUnchecked }).Select(static entry => entry.Uid).ToList();
        if (unknown.Count == 0) return;
        var prints = journal.ReadPrints();
        var taken = journal.Entries.Where(static entry => entry.TargetUid != 0).Select(static entry => entry.TargetUid).ToHashSet();
        var found = new List<(uint Uid, long Size, long Seconds)>();
        await target.ExamineAsync(folder.Map.Target, token);
        await target.FactsAsync($"{folder.LocateFrom}:*", "RFC822.SIZE INTERNALDATE", (in FetchItems items) =>
        {
            if (items.Uid >= folder.LocateFrom && !taken.Contains(items.Uid)) found.Add((items.Uid, items.Size, InternalDate.Parse(items.InternalDate).Seconds));
        }, token);
        var at = 0;
        foreach (var uid in unknown)
        {
            if (!prints.TryGetValue(uid, out var print)) continue;
            var next = found.FindIndex(at, one => one.Size == print.Size && one.Seconds == print.Date.Seconds);
            if (next < 0) continue;
            journal.Located(uid, found[next].Uid);
            at = next + 1;
        }

        if (found.Count > 0) folder.TargetNext = Math.Max(folder.TargetNext, found[^1].Uid + 1);
        if (target.Capabilities.Unselect) await target.EndAsync(target.BeginLine("UNSELECT"), null, token);
    }
}

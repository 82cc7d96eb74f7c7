using Cassiopea.Imap.Journal;

namespace Cassiopea.Imap.Mailbox;

/// <summary>What is to be read of a folder: the source's UIDs without those that the journal knows at the target.</summary>
internal sealed class ReadPlan
{
    private readonly FolderWork _folder;
    private readonly long _known;
    private readonly long _gone;

    public ReadPlan(FolderWork folder, UidSet all)
    {
        (_folder, All) = (folder, all);
        var entries = folder.Journal!.Entries;
        var at = 0;
        foreach (var (first, last) in all.Ranges)
        {
            var from = (long)first;
            for (; at < entries.Count && entries[at].Uid <= last; at++)
            {
                if (!IsDone(entries[at])) continue;
                var uid = entries[at].Uid;
                LastKnown = uid;
                if (uid < first)
                {
                    _gone++;
                    continue;
                }

                if (uid > from) ToCopy.AddRange((uint)from, uid - 1);
                from = uid + 1L;
                _known++;
            }

            if (from <= last) ToCopy.AddRange((uint)from, last);
        }

        for (; at < entries.Count; at++)
        {
            if (IsDone(entries[at])) _gone++;
        }
    }

    /// <summary>Every UID of the source folder.</summary>
    public UidSet All { get; }

    public UidSet ToCopy { get; set; } = new();

    /// <summary>The largest UID that the journal knows at the target.</summary>
    public uint LastKnown { get; private set; }

    public bool HasKnown => _known > 0;

    /// <summary>Takes messages out of what is to be copied; answers how many.</summary>
    public long LeaveOut(UidSet others)
    {
        var kept = new UidSet();
        foreach (var uid in ToCopy.Each().Where(uid => !others.Contains(uid))) kept.Add(uid);
        var left = ToCopy.Count - kept.Count;
        ToCopy = kept;
        return left;
    }

    public bool IsKnown(uint uid, out MessageEntry entry) => _folder.Journal!.TryFind(uid, out entry) && IsDone(entry);

    /// <summary>Takes the counts of the journal, once in a run: what is copied later is counted when it is proven.</summary>
    public void Count(TransferRun run)
    {
        _folder.Source = _known + ToCopy.Count + _folder.Excluded;
        _folder.Gone = _gone;
        if (_folder.Counted) return;
        _folder.Counted = true;
        _folder.AlreadyThere += _known;
        run.Progress.Expect(_folder.Source - _folder.SourceStatus.Messages - _folder.Excluded, 0);
        run.Progress.AlreadyThere(_known, 0);
    }

    private static bool IsDone(in MessageEntry entry) => entry.State is EntryState.Done or EntryState.DoneUnchecked;
}

using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>One folder of a run: what is known of both ends, its journal and its counts.</summary>
internal sealed class FolderWork(MappedFolder map, JournalFolder entry) : IDisposable
{
    public MappedFolder Map { get; } = map;

    public JournalFolder Entry { get; } = entry;

    public FolderJournal? Journal { get; set; }

    public FolderStatus SourceStatus { get; set; } = map.Source.Status ?? new(0, 0, 0, 0, -1);

    public uint TargetValidity { get; set; }

    /// <summary>No message that arrives from now on gets a smaller UID at the target.</summary>
    public uint TargetNext { get; set; }

    public long TargetMessages { get; set; }

    public FlagRules Rules { get; set; } = new(null);

    /// <summary>Messages that the target may have already, from before this journal.</summary>
    public MatchPool? Pool { get; set; }

    /// <summary>True once preparation is done and nothing was lost since.</summary>
    public bool Prepared { get; set; }

    /// <summary>True once the folder is done in this run.</summary>
    public bool Finished { get; set; }

    /// <summary>True once the counts of the journal were taken.</summary>
    public bool Counted { get; set; }

    public long Source { get; set; } = map.Source.Status?.Messages ?? 0;

    public long Copied { get; set; }

    public long AlreadyThere { get; set; }

    public long Refused { get; set; }

    public long Excluded { get; set; }

    public long Altered { get; set; }

    public long Gone { get; set; }

    public long Bytes { get; set; }

    /// <summary>Where to look for the target's UIDs where APPEND does not tell them.</summary>
    public uint LocateFrom { get; set; } = 1;

    /// <summary>True when people at the target deleted the folder after an earlier pass: what was in it does not come back.</summary>
    public bool DeletedAtTarget { get; set; }

    /// <summary>Large messages in which NUL was found: they are asked for and sent with BINARY.</summary>
    public HashSet<uint> WithNul { get; } = [];

    /// <summary>Messages that are copied by another folder: one copy of each where a message has several labels.</summary>
    public UidSet Elsewhere { get; } = new();

    /// <summary>Labels of a message that become keywords.</summary>
    public Dictionary<uint, FlagSet> Labels { get; } = [];

    /// <summary>Messages of this run to be compared at the target when all is copied.</summary>
    public List<PostCheck> Checks { get; } = [];

    /// <summary>The UIDs in flight when the target was lost, and how often: they are sent in ever smaller batches.</summary>
    public (uint First, uint Last, int Losses) Careful { get; private set; }

    public TransferCounts Counts => Finished
        ? new(Copied + AlreadyThere + Refused + Excluded, Copied, AlreadyThere, Refused, Excluded, 0, Altered, Gone)
        : Unfinished();

    /// <summary>True when the source has other UIDs than the journal knows: by UIDVALIDITY, or because a UID is promised anew that was given before.</summary>
    public bool SourceIsNew(FolderJournal journal) =>
        journal.SourceValidity != SourceStatus.UidValidity
        || (SourceStatus.UidNext != 0 && journal.Entries.Count > 0 && journal.Entries[^1].Uid >= SourceStatus.UidNext);

    /// <summary>True when the target has other UIDs than the journal knows.</summary>
    public bool TargetIsNew(FolderJournal journal) =>
        journal.TargetValidity != TargetValidity
        || (TargetNext != 0 && journal.Entries.Any(entry => entry.TargetUid >= TargetNext && entry.TargetUid != uint.MaxValue));

    /// <summary>Messages that were awaited when the source was lost.</summary>
    public Suspects SourceSuspects { get; } = new();

    /// <summary>Messages that were alone under way when the target was lost.</summary>
    public Suspects TargetSuspects { get; } = new();

    public void CountTargetLoss(uint first, uint last)
    {
        var again = Careful.Losses > 0 && first <= Careful.Last && last >= Careful.First;
        Careful = (first, last, again ? Careful.Losses + 1 : 1);
    }

    /// <summary>Flags and the keywords that labels become.</summary>
    public FlagSet WithLabels(uint uid, FlagSet flags) =>
        Labels.TryGetValue(uid, out var labels) && labels.Flags.Count > 0 ? FlagSet.Of(flags.Flags.Concat(labels.Flags)) : flags;

    public void Dispose() => Journal?.Dispose();

    private TransferCounts Unfinished()
    {
        var known = Copied + AlreadyThere + Refused + Excluded;
        var source = Math.Max(Source, known);
        return new(source, Copied, AlreadyThere, Refused, Excluded, source - known, Altered, Gone);
    }
}

/// <summary>A message to be compared at the target.</summary>
internal readonly record struct PostCheck(uint Uid, uint TargetUid, FlagSet Flags, Fingerprint Print);

/// <summary>Messages that are at the target although no journal of this generation says so, by hash.</summary>
internal sealed class MatchPool
{
    private readonly Dictionary<Hash256, List<(uint TargetUid, long Seconds)>> _byHash = [];

    public int Count { get; private set; }

    public void Add(in Hash256 hash, uint targetUid, InternalDate date)
    {
        if (!_byHash.TryGetValue(hash, out var list)) _byHash[hash] = list = [];
        list.Add((targetUid, date.Seconds));
        Count++;
    }

    /// <summary>
    /// Takes out the message with equal octets and equal date. A date that servers replace (of the future, before 1971) need not be equal.
    /// </summary>
    public bool TryTake(in Fingerprint print, out uint targetUid)
    {
        targetUid = 0;
        if (!_byHash.TryGetValue(print.Hash, out var list)) return false;
        var seconds = print.Date.Seconds;
        var at = list.FindIndex(one => one.Seconds == seconds);
        if (at < 0 && (print.Oddity & Oddity.Date) != Oddity.None) at = list.Count - 1;
        if (at < 0) return false;
        targetUid = list[at].TargetUid;
        list.RemoveAt(at);
        if (list.Count == 0) _byHash.Remove(print.Hash);
        Count--;
        return true;
    }
}

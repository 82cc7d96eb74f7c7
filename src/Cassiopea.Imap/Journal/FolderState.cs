using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Journal;

/// <summary>What the records of a folder journal add up to.</summary>
internal sealed class FolderState : IFolderRecords
{
    private readonly List<MessageEntry> _entries = [];
    private readonly Dictionary<uint, OpenIntent> _open = [];
    private readonly List<LateIntent> _late = [];
    private readonly List<FlagSet> _flags = [];
    private readonly Dictionary<string, int> _flagNumbers = new(StringComparer.Ordinal);

    public uint SourceValidity { get; private set; }

    public uint TargetValidity { get; private set; }

    public IReadOnlyList<MessageEntry> Entries => _entries;

    public IReadOnlyDictionary<uint, OpenIntent> Open => _open;

    public IReadOnlyList<LateIntent> Late => _late;

    public int FlagCount => _flags.Count;

    public FlagSet FlagsOf(int number) => number >= 0 && number < _flags.Count ? _flags[number] : FlagSet.Empty;

    public bool TryNumber(FlagSet flags, out int number) => _flagNumbers.TryGetValue(flags.Text, out number);

    public bool TryFind(uint uid, out MessageEntry entry)
    {
        var at = IndexOf(uid);
        entry = at >= 0 ? _entries[at] : default;
        return at >= 0;
    }

    public void OnGeneration(uint sourceValidity, uint targetValidity)
    {
        (SourceValidity, TargetValidity) = (sourceValidity, targetValidity);
        _entries.Clear();
        _open.Clear();
        _late.Clear();
    }

    public void OnFlags(int number, FlagSet flags)
    {
        if (number != _flags.Count) throw new InvalidDataException("A set of flags is out of order.");
        _flagNumbers[flags.Text] = number;
        _flags.Add(flags);
    }

    public void OnIntent(uint uid, uint targetNext, int flags, in Fingerprint print)
    {
        if (flags < 0 || flags >= _flags.Count) throw new InvalidDataException("A set of flags is not known.");
        Put(new(uid, 0, flags, EntryState.Intended));
        _open[uid] = new(targetNext, flags, print);
    }

    public void OnHash(uint uid, in Hash256 hash, in Hash256 canonical, Oddity oddity)
    {
        if (_open.TryGetValue(uid, out var intent))
            _open[uid] = intent with { Print = intent.Print with { Hash = hash, Canonical = canonical, Oddity = oddity, HasHash = true } };
    }

    public void OnDone(uint uid, uint targetUid, bool check)
    {
        var at = IndexOf(uid);
        if (at < 0) throw new InvalidDataException("A message is done that was never begun.");
        _entries[at] = _entries[at] with { TargetUid = targetUid, State = check ? EntryState.DoneUnchecked : EntryState.Done };
        _open.Remove(uid);
    }

    public void OnRefused(uint uid)
    {
        var at = IndexOf(uid);
        if (at >= 0) _entries[at] = _entries[at] with { State = EntryState.Refused };
        else _entries.Insert(~at, new(uid, 0, -1, EntryState.Refused));
        _open.Remove(uid);
    }

    public void OnFlagsCarried(uint uid, int flags)
    {
        if (flags < 0 || flags >= _flags.Count) throw new InvalidDataException("A set of flags is not known.");
        Change(uid, flags, static (entry, number) => entry with { Flags = number });
    }

    public void OnWithdrawn(uint uid)
    {
        var at = IndexOf(uid);
        if (at >= 0) _entries.RemoveAt(at);
        _open.Remove(uid);
    }

    public void OnDoubted(uint uid, long since)
    {
        if (_open.TryGetValue(uid, out var intent)) _late.Add(new(uid, intent, since));
        OnWithdrawn(uid);
    }

    public void OnSettled(uint uid) => _late.RemoveAll(late => late.Uid == uid);

    public void OnLocated(uint uid, uint targetUid) => Change(uid, targetUid, static (entry, target) => entry with { TargetUid = target });

    public void OnChecked(uint uid) =>
        Change(uid, 0, static (entry, _) => entry.State == EntryState.DoneUnchecked ? entry with { State = EntryState.Done } : entry);

    /// <summary>The messages stay done; they get a UID that no message has, so that nothing at the target answers to it.</summary>
    public void OnTargetRenewed(uint targetValidity)
    {
        TargetValidity = targetValidity;
        for (var i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].State is EntryState.Done or EntryState.DoneUnchecked) _entries[i] = _entries[i] with { TargetUid = uint.MaxValue, State = EntryState.Done };
        }
    }

    private int IndexOf(uint uid)
    {
        if (_entries.Count == 0 || uid > _entries[^1].Uid) return ~_entries.Count;
        var (low, high) = (0, _entries.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].Uid == uid) return middle;
            if (_entries[middle].Uid < uid) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    private void Put(MessageEntry entry)
    {
        var at = IndexOf(entry.Uid);
        if (at >= 0) _entries[at] = entry;
        else _entries.Insert(~at, entry);
    }

    private void Change<T>(uint uid, T value, Func<MessageEntry, T, MessageEntry> change)
    {
        var at = IndexOf(uid);
        if (at >= 0) _entries[at] = change(_entries[at], value);
    }
}

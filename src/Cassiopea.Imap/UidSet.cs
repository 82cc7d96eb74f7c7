using System.Globalization;
using System.Text;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap;

/// <summary>A set of UIDs as sorted ranges (RFC 9051 §9, <c>sequence-set</c>): half a million UIDs without gaps take eight bytes.</summary>
internal sealed class UidSet
{
    private readonly List<(uint First, uint Last)> _ranges = [];

    public long Count { get; private set; }

    public IReadOnlyList<(uint First, uint Last)> Ranges => _ranges;

    public uint Last => _ranges.Count == 0 ? 0 : _ranges[^1].Last;

    /// <summary>Adds a UID larger than all before; a smaller one is put at its place.</summary>
    public void Add(uint uid)
    {
        if (uid == 0) throw new ImapSyntaxException("A UID is 0.");
        if (_ranges.Count == 0 || uid > _ranges[^1].Last + 1L)
        {
            _ranges.Add((uid, uid));
            Count++;
        }
        else if (uid == _ranges[^1].Last + 1L)
        {
            _ranges[^1] = (_ranges[^1].First, uid);
            Count++;
        }
        else if (!Contains(uid))
        {
            AddRange(uid, uid);
        }
    }

    public bool Contains(uint uid)
    {
        var (low, high) = (0, _ranges.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (uid < _ranges[middle].First) high = middle - 1;
            else if (uid > _ranges[middle].Last) low = middle + 1;
            else return true;
        }

        return false;
    }

    /// <summary>Every UID in ascending order.</summary>
    public IEnumerable<uint> Each()
    {
        foreach (var (first, last) in _ranges)
        {
            for (long uid = first; uid <= last; uid++) yield return (uint)uid;
        }
    }

    /// <summary>The smallest UID of the set beyond one; 0 when there is none.</summary>
    public uint NextAfter(uint uid)
    {
        var (low, high) = (0, _ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].Last <= uid) low = middle + 1;
            else high = middle;
        }

        return low == _ranges.Count ? 0 : Math.Max(_ranges[low].First, uid + 1);
    }

    /// <summary>Parts of at most <paramref name="most"/> UIDs, each as text of at most about 900 octets (RFC 2683 §3.2.1.5).</summary>
    /// <param name="most">Most UIDs of a part.</param>
    /// <param name="existing">All UIDs that exist: a gap in which none of them lies is written over, which makes the text short.</param>
    public IEnumerable<(string Text, UidSet Uids)> Chunks(int most, UidSet? existing = null)
    {
        var part = new UidSet();
        var text = new StringBuilder();
        long begun = 0, end = 0;
        void Close()
        {
            if (end == 0) return;
            if (text.Length > 0) text.Append(',');
            text.Append(begun.ToString(CultureInfo.InvariantCulture));
            if (end > begun) text.Append(':').Append(end.ToString(CultureInfo.InvariantCulture));
            end = 0;
        }

        foreach (var (first, last) in _ranges)
        {
            for (long from = first; from <= last;)
            {
                var until = Math.Min(last, from + (most - part.Count) - 1);
                var goesOn = end != 0 && (from == end + 1 || existing?.NextAfter((uint)end) == from);
                if (!goesOn) Close();
                if (!goesOn) begun = from;
                end = until;
                part._ranges.Add(((uint)from, (uint)until));
                part.Count += until - from + 1;
                from = until + 1;
                if (part.Count < most && text.Length < 880) continue;
                Close();
                yield return (text.ToString(), part);
                (part, text) = (new(), new());
            }
        }

        Close();
        if (part.Count > 0) yield return (text.ToString(), part);
    }

    /// <summary>Reads <c>1:5,7,9</c>; refuses <c>*</c> and more than <paramref name="limit"/> ranges.</summary>
    public static UidSet Parse(ReadOnlySpan<byte> text, int limit = 2_000_000)
    {
        var set = new UidSet();
        var tokens = new ImapTokens(text);
        while (true)
        {
            var first = tokens.Uid();
            var last = tokens.TryTake((byte)':') ? tokens.Uid() : first;
            if (last < first) (first, last) = (last, first);
            if (first == 0 || set._ranges.Count >= limit) throw new ImapSyntaxException("A set of UIDs is not valid.");
            set.AddRange(first, last);
            if (!tokens.TryTake((byte)',')) break;
        }

        return set;
    }

    public override string ToString() =>
        string.Join(',', _ranges.Select(static range => range.First == range.Last
            ? range.First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{range.First}:{range.Last}")));

    /// <summary>Adds a range; overlapping ones are merged.</summary>
    public void AddRange(uint first, uint last)
    {
        if (_ranges.Count == 0 || first > _ranges[^1].Last)
        {
            if (_ranges.Count > 0 && first == _ranges[^1].Last + 1L) _ranges[^1] = (_ranges[^1].First, last);
            else _ranges.Add((first, last));
            Count += (long)last - first + 1;
            return;
        }

        _ranges.Add((first, last));
        _ranges.Sort();
        var merged = new List<(uint First, uint Last)>(_ranges.Count);
        foreach (var range in _ranges)
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1L)
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            else merged.Add(range);
        }

        _ranges.Clear();
        _ranges.AddRange(merged);
        Count = _ranges.Sum(static range => (long)range.Last - range.First + 1);
    }
}

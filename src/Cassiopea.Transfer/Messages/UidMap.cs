using System.Text;

namespace Cassiopea.Transfer.Messages;

/// <summary>
/// Gives the messages of a store that has no UIDs numbers that stay: a key that was seen before has its old number, a new one the next. Kept in
/// a file beside the journal, or in memory only.
/// </summary>
public sealed class UidMap : IDisposable
{
    private readonly Dictionary<string, uint> _known = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);
    private readonly RecordLog? _log;

    private UidMap(string? path, TimeProvider time)
    {
        if (path is not null) _log = RecordLog.Open(path, Replay);
        if (UidValidity != 0) return;
        UidValidity = (uint)Math.Clamp(time.GetUtcNow().ToUnixTimeSeconds(), 1, uint.MaxValue);
        _log?.Append(BitConverter.GetBytes(UidValidity));
    }

    /// <summary>Made when the map was; a lost map gives another, and messages are then matched by content.</summary>
    public uint UidValidity { get; private set; }

    /// <summary>The next number.</summary>
    public uint UidNext { get; private set; } = 1;

    /// <summary>Every key with its number.</summary>
    public IReadOnlyDictionary<string, uint> Known => _known;

    /// <summary>Opens or makes a map.</summary>
    /// <param name="path">Its file; null = in memory.</param>
    /// <param name="time">The clock of the first UIDVALIDITY.</param>
    public static UidMap Open(string? path, TimeProvider time) => new(path, time);

    /// <summary>Begins a listing: equal keys are told apart by their order in it.</summary>
    public void Begin() => _seen.Clear();

    /// <summary>The number of a key; a key that comes again in the same listing is another message.</summary>
    /// <param name="key">What names the message at its store.</param>
    public uint this[string key]
    {
        get
        {
            var count = _seen[key] = _seen.GetValueOrDefault(key) + 1;
            var whole = count == 1 ? key : FormattableString.Invariant($"{key}\n{count}");
            if (_known.TryGetValue(whole, out var uid)) return uid;
            _known[whole] = uid = UidNext++;
            _log?.Append([0, .. Encoding.UTF8.GetBytes(whole)]);
            return uid;
        }
    }

    /// <summary>Hands new numbers to the disk: before a message is moved under its number.</summary>
    public void Flush() => _log?.FlushToDisk();

    /// <inheritdoc />
    public void Dispose() => _log?.Dispose();

    private void Replay(ReadOnlySpan<byte> record)
    {
        if (record.Length == 4 && UidValidity == 0) UidValidity = BitConverter.ToUInt32(record);
        else if (record.Length > 0) _known[Encoding.UTF8.GetString(record[1..])] = UidNext++;
    }
}

using System.Globalization;
using Cassiopea.Imap.Journal;
using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Archive;

/// <summary>
/// Messages of one folder that were archived under other UIDs, before the source numbered them anew (another UIDVALIDITY). Their files and lines keep
/// their names, for finished zip parts know them by these; <c>cassiopea-uids</c> beside the files tells which message has which UID now.
/// </summary>
internal sealed class RenumberedMessages
{
    private readonly string _file;
    private readonly uint _validity;
    private readonly Dictionary<uint, (uint Validity, uint Uid)> _names = [];
    private readonly MatchPool _pool = new();
    private readonly List<(uint Validity, uint Uid)> _offered = [];
    private bool _changed;

    private RenumberedMessages(string directory, uint validity) => (_file, _validity) = (Path.Combine(directory, "cassiopea-uids"), validity);

    /// <summary>UIDs of today under which a message is archived by another name.</summary>
    public IReadOnlyCollection<uint> Uids => _names.Keys;

    /// <summary>What is known of today's UIDVALIDITY, for the files that are still there.</summary>
    public static RenumberedMessages Load(string directory, uint validity, IReadOnlySet<(uint Validity, uint Uid)> files)
    {
        var made = new RenumberedMessages(directory, validity);
        if (!File.Exists(made._file)) return made;
        foreach (var line in File.ReadLines(made._file))
        {
            var numbers = line.Split('\t');
            if (numbers.Length != 4 || !Number(numbers[0], out var current) || !Number(numbers[1], out var uid) || !Number(numbers[2], out var oldValidity) || !Number(numbers[3], out var oldUid))
                throw new IOException($"{made._file} is damaged: delete it and run again; then it is made anew from the messages themselves.");
            if (current == validity && files.Contains((oldValidity, oldUid))) made._names[uid] = (oldValidity, oldUid);
        }

        return made;
    }

    /// <summary>Offers what was archived under another UIDVALIDITY; what has a UID of today already is left out.</summary>
    public void Offer(IEnumerable<ArchivedLine> lines)
    {
        var taken = _names.Values.ToHashSet();
        foreach (var line in lines.Where(line => line.Validity != _validity && !taken.Contains((line.Validity, line.Uid))))
        {
            _pool.Add(Hash256.From(Convert.FromHexString(line.Hash)), (uint)_offered.Count, line.InternalDate);
            _offered.Add((line.Validity, line.Uid));
        }
    }

    /// <summary>True when a message with these octets and this date is archived already; it has this UID from now on.</summary>
    public bool TryTake(uint uid, in Hash256 hash, long size, in InternalDate date)
    {
        if (_pool.Count == 0 || !_pool.TryTake(new Fingerprint(hash, default, size, date, Oddity.None, HasHash: true), out var at)) return false;
        _names[uid] = _offered[(int)at];
        return _changed = true;
    }

    /// <summary>Keeps what was found, whole or not at all.</summary>
    public void Save()
    {
        if (!_changed) return;
        var partial = Path.Combine(Path.GetDirectoryName(_file)!, "tmp", "cassiopea-uids");
        File.WriteAllText(partial, string.Concat(_names.OrderBy(static name => name.Key).Select(name =>
            string.Create(CultureInfo.InvariantCulture, $"{_validity}\t{name.Key}\t{name.Value.Validity}\t{name.Value.Uid}\n"))));
        File.Move(partial, _file, overwrite: true);
        _changed = false;
    }

    private static bool Number(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

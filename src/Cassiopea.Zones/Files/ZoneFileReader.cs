namespace Cassiopea.Zones.Files;

/// <summary>A zone read from a file, and what a person should know about the file.</summary>
/// <param name="Zone">The zone.</param>
/// <param name="Notes">For example a record outside the zone that was left out.</param>
public sealed record ZoneFile(Zone Zone, IReadOnlyList<string> Notes);

/// <summary>Reads master files (RFC 1035 §5, RFC 2308 §4): $ORIGIN, $TTL, parentheses, escapes, TTLs with units, unknown types (RFC 3597 §5).</summary>
public sealed class ZoneFileReader
{
    /// <summary>Most characters of a file.</summary>
    public const int LongestFile = 64 << 20;

    private readonly string _text;
    private readonly List<ZoneRecord> _records = [];
    private readonly List<string> _notes = [];
    private DnsName? _zone;
    private DnsName? _origin;
    private DnsName? _owner;
    private uint? _standard;
    private uint? _last;
    private int _at;
    private int _line = 1;
    private int _counted;

    private ZoneFileReader(string text, DnsName? zone) => (_text, _zone, _origin) = (text, zone, zone);

    /// <summary>Reads a zone.</summary>
    /// <param name="text">The file.</param>
    /// <param name="zone">The zone's name; null = the owner of the SOA record.</param>
    /// <exception cref="ZoneFileException">Not a zone file; the line is told.</exception>
    public static ZoneFile Read(string text, DnsName? zone = null) => new ZoneFileReader(text, zone).Read();

    private ZoneFile Read()
    {
        if (_text.Length > LongestFile) throw new ZoneFileException(1, $"the file has more than {LongestFile} characters.");
        while (_at < _text.Length)
        {
            _line += _text.AsSpan(_counted, _at - _counted).Count('\n');
            _counted = _at;
            try
            {
                ReadEntry();
            }
            catch (FormatException wrong)
            {
                throw new ZoneFileException(_line, wrong.Message);
            }
        }

        var zone = _zone ?? throw new ZoneFileException(_line, "there is no SOA record, and nobody said which zone this is.");
        foreach (var outside in _records.Where(record => !record.Name.IsUnder(zone))) _notes.Add($"{outside.Name.Text} {outside.Type} is outside {zone.Text} and was left out.");
        foreach (var group in _records.GroupBy(static record => (record.Name, record.Type)))
        {
            if (group.Select(static record => record.Ttl).Distinct().Skip(1).Any()) _notes.Add($"{group.Key.Name.Text} {group.Key.Type} had several TTLs; it got the smallest (RFC 2181 §5.2).");
            if (group.Key.Type == RecordType.Soa && group.Select(static record => record.Data).Distinct().Skip(1).Any()) throw new ZoneFileException(_line, "there are two different SOA records.");
        }

        return new(Zone.Of(zone, _records), _notes);
    }

    private void ReadEntry()
    {
        var inherits = _text[_at] is ' ' or '\t';
        var (words, depth) = (new List<MasterToken>(), 0);
        while (MasterTokens.Next(_text, ref _at, ref depth, out var token) && token is { } word)
        {
            words.Add(word);
            MasterTokens.Limit(words);
        }

        if (depth > 0) throw new FormatException("a parenthesis is not closed.");
        if (words.Count == 0) return;
        if (!inherits && words[0] is { Quoted: false, Raw: ['$', ..] }) ReadDirective(words);
        else ReadRecord(words, inherits);
    }

    private void ReadDirective(List<MasterToken> words)
    {
        if (words.Count != 2) throw new FormatException($"{words[0].Raw} takes one value.");
        switch (words[0].Raw.ToUpperInvariant())
        {
            case "$ORIGIN":
                _origin = DnsName.Parse(words[1].Raw, _origin);
                break;
            case "$TTL":
                _standard = RecordText.TryPeriod(words[1].Raw, out var ttl) ? ttl : throw new FormatException($"{words[1].Raw} is no TTL.");
                break;
            default:
                throw new FormatException($"{words[0].Raw} is not read: export the zone from its server, where it is written out.");
        }
    }

    private void ReadRecord(List<MasterToken> words, bool inherits)
    {
        var at = 0;
        if (!inherits) _owner = DnsName.Parse(words[at++].Raw, _origin);
        var owner = _owner ?? throw new FormatException("the first record has no owner.");
        uint? ttl = null;
        var classed = false;
        for (; at < words.Count; at++)
        {
            if (ttl is null && RecordText.TryPeriod(words[at].Raw, out var seconds)) ttl = seconds;
            else if (!classed && words[at].Raw.Equals("IN", StringComparison.OrdinalIgnoreCase)) classed = true;
            else break;
        }

        if (at >= words.Count) throw new FormatException("a record has no type.");
        if (!RecordType.TryParse(words[at].Raw, out var type)) throw new FormatException($"{words[at].Raw} is no type of record (and no TTL, and not the class IN).");
        var data = RecordData.Parse(type, words[(at + 1)..], _origin);
        if (type == RecordType.Soa) _zone ??= owner;
        _records.Add(new(owner, ttl ?? Inherited(data), data));
        _last = ttl ?? _last;
    }

    // without TTL and $TTL: the last one stated (RFC 1035 §5.1), or the SOA's minimum, as BIND does
    private uint Inherited(RecordData data)
    {
        if (_standard is { } standard) return standard;
        if (_last is { } last) return last;
        if (data.Type != RecordType.Soa) throw new FormatException("a record has no TTL, and there is no $TTL before it.");
        _standard = SoaNumbers.Of(data).Minimum;
        return _standard.Value;
    }
}

namespace Cassiopea.Zones.Wire;

/// <summary>What a server answers in the header (RFC 1035 §4.1.1, RFC 2136 §2.2, RFC 8945 §3).</summary>
public enum Rcode
{
    /// <summary>No error.</summary>
    NoError = 0,

    /// <summary>The server does not understand the question.</summary>
    FormErr = 1,

    /// <summary>The server failed; a validating resolver says so of a broken signature.</summary>
    ServFail = 2,

    /// <summary>No such name.</summary>
    NxDomain = 3,

    /// <summary>The server does not do this.</summary>
    NotImp = 4,

    /// <summary>The server will not: it has no such zone, or we may not.</summary>
    Refused = 5,

    /// <summary>A name exists that should not.</summary>
    YxDomain = 6,

    /// <summary>A record set exists that should not.</summary>
    YxRrset = 7,

    /// <summary>A record set is not as it should be.</summary>
    NxRrset = 8,

    /// <summary>The server is not authoritative, or the key is not right.</summary>
    NotAuth = 9,

    /// <summary>A name is outside the zone.</summary>
    NotZone = 10,
}

/// <summary>What was asked.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type">Type.</param>
public readonly record struct Question(DnsName Name, RecordType Type);

/// <summary>A message of DNS (RFC 1035 §4), read from octets that nobody need trust.</summary>
public sealed class DnsMessage
{
    /// <summary>Most octets of a message.</summary>
    public const int Longest = 65_535;

    private const int Head = 12;
    private const int SmallestRecord = 11;

    /// <summary>Number that joins question and answer.</summary>
    public ushort Id { get; private init; }

    /// <summary>True for an answer.</summary>
    public bool IsResponse { get; private init; }

    /// <summary>Kind of request: 0 query, 5 update.</summary>
    public int Opcode { get; private init; }

    /// <summary>True when the server says that it is an authority for the name (AA).</summary>
    public bool Authoritative { get; private init; }

    /// <summary>True when the answer was cut (TC).</summary>
    public bool Truncated { get; private init; }

    /// <summary>The answer's code; with EDNS its upper bits too (RFC 6891 §6.1.3).</summary>
    public Rcode Rcode { get; private set; }

    /// <summary>The question as the server repeats it; null when there is none.</summary>
    public Question? Question { get; private init; }

    /// <summary>Answers.</summary>
    public IReadOnlyList<ZoneRecord> Answers { get; private set; } = [];

    /// <summary>Authority: a referral's name servers, or the SOA of a negative answer.</summary>
    public IReadOnlyList<ZoneRecord> Authority { get; private set; } = [];

    /// <summary>Additional: for example glue.</summary>
    public IReadOnlyList<ZoneRecord> Additional { get; private set; } = [];

    /// <summary>True when the server speaks EDNS (RFC 6891).</summary>
    public bool Edns { get; private set; }

    /// <summary>Octets where the TSIG record begins; null without one.</summary>
    internal int? TsigAt { get; private set; }

    /// <summary>Reads a message.</summary>
    /// <param name="octets">The message as it arrived.</param>
    /// <exception cref="ZoneException">Not a message.</exception>
    public static DnsMessage Parse(ReadOnlySpan<byte> octets)
    {
        var reader = new WireReader(octets);
        var (id, flags) = (reader.Number16(), reader.Number16());
        int questions = reader.Number16(), answers = reader.Number16(), authority = reader.Number16(), additional = reader.Number16();
        if (questions > 1) throw ZoneException.Malformed("A message has more than one question (RFC 9619).");
        if ((long)(answers + authority + additional) * SmallestRecord > octets.Length - Head) throw ZoneException.Malformed("A message promises more records than it can hold.");
        Question? question = questions == 1 ? ReadQuestion(ref reader) : null;
        var message = new DnsMessage
        {
            Id = id,
            IsResponse = (flags & 0x8000) != 0,
            Opcode = (flags >> 11) & 15,
            Authoritative = (flags & 0x0400) != 0,
            Truncated = (flags & 0x0200) != 0,
            Rcode = (Rcode)(flags & 15),
            Question = question,
        };
        message.Answers = message.ReadSection(ref reader, answers);
        message.Authority = message.ReadSection(ref reader, authority);
        message.Additional = message.ReadSection(ref reader, additional);
        return message;
    }

    /// <summary>A question (RFC 1035 §4.1.2), with EDNS when a size is given.</summary>
    internal static WireWriter Ask(ushort id, DnsName name, RecordType type, bool recurse, int ednsSize, bool dnssec)
    {
        var writer = new WireWriter();
        writer.Number16(id).Number16(recurse ? 0x0100 : 0).Number16(1).Number16(0).Number16(0).Number16(ednsSize > 0 ? 1 : 0);
        writer.Name(name).Number16(type.Value).Number16(1);
        // RFC 6891 §6.1.2, RFC 3225: the DO bit
        if (ednsSize > 0) writer.Octet(0).Number16(RecordType.Opt.Value).Number16(ednsSize).Number32(dnssec ? 0x8000u : 0).Number16(0);
        return writer;
    }

    private static Question ReadQuestion(ref WireReader reader)
    {
        var (name, type) = (reader.Name(), new RecordType(reader.Number16()));
        reader.Number16();
        return new(name, type);
    }

    private List<ZoneRecord> ReadSection(ref WireReader reader, int count)
    {
        var records = new List<ZoneRecord>(count);
        for (var i = 0; i < count; i++)
        {
            var start = reader.Position;
            if (TsigAt is not null) throw ZoneException.Malformed("A record follows the TSIG record.");
            var (name, type, of, ttl) = (reader.Name(), new RecordType(reader.Number16()), reader.Number16(), reader.Number32());
            var length = reader.Number16();
            if (type == RecordType.Opt)
            {
                (Edns, Rcode) = (true, (Rcode)((int)Rcode | (int)(ttl >> 24 << 4)));
                reader.Octets(length);
            }
            else if (type == RecordType.Tsig)
            {
                TsigAt = start;
                reader.Octets(length);
            }
            else if (of != 1 || length == 0)
            {
                reader.Octets(length);
            }
            else
            {
                // RFC 2181 §8: a TTL with the highest bit is 0
                records.Add(new(name, ttl > int.MaxValue ? 0 : ttl, RecordData.Read(type, ref reader, length)));
            }
        }

        return records;
    }
}

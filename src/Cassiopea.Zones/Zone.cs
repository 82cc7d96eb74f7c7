using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones;

/// <summary>The numbers of a zone's SOA record (RFC 1035 §3.3.13).</summary>
/// <param name="Primary">The server where the zone is changed.</param>
/// <param name="Contact">Mail address of who is responsible, as a name.</param>
/// <param name="Serial">Version; compared with wrap (RFC 1982).</param>
/// <param name="Refresh">Seconds.</param>
/// <param name="Retry">Seconds.</param>
/// <param name="Expire">Seconds.</param>
/// <param name="Minimum">How long “no such name” is kept, seconds (RFC 2308).</param>
public sealed record SoaNumbers(DnsName Primary, DnsName Contact, uint Serial, uint Refresh, uint Retry, uint Expire, uint Minimum)
{
    /// <summary>Reads SOA data.</summary>
    /// <param name="data">Of type SOA.</param>
    public static SoaNumbers Of(RecordData data)
    {
        var reader = new WireReader(data.Wire);
        return new(reader.Name(), reader.Name(), reader.Number32(), reader.Number32(), reader.Number32(), reader.Number32(), reader.Number32());
    }

    /// <summary>The numbers as record data.</summary>
    public RecordData ToData() => RecordData.FromWire(
        RecordType.Soa,
        new WireWriter().Name(Primary).Name(Contact).Number32(Serial).Number32(Refresh).Number32(Retry).Number32(Expire).Number32(Minimum).Written);

    /// <summary>True when a serial comes after this one (RFC 1982 §3.2).</summary>
    /// <param name="other">The other serial.</param>
    public bool IsBefore(uint other) => unchecked((int)(other - Serial)) > 0;
}

/// <summary>All records of one zone, in the order of a signed zone; the SOA and the apex come first.</summary>
public sealed class Zone
{
    private readonly Dictionary<(DnsName Name, RecordType Type), RecordSet> _sets;
    private string? _text;

    /// <summary>Makes one; each name and type once.</summary>
    /// <param name="origin">The zone's name.</param>
    /// <param name="sets">Its record sets, all under the origin.</param>
    /// <exception cref="ArgumentException">A set is outside the zone or there twice.</exception>
    public Zone(DnsName origin, IEnumerable<RecordSet> sets)
    {
        Origin = origin;
        _sets = sets.ToDictionary(static set => set.Key);
        if (_sets.Keys.FirstOrDefault(key => !key.Name.IsUnder(origin)) is { Name: { } outside }) throw new ArgumentException($"{outside} is outside {origin}.", nameof(sets));
        Sets = [.. _sets.Values.OrderBy(set => set.Type != RecordType.Soa).ThenBy(static set => set.Name, DnsName.Order).ThenBy(static set => set.Type.Value)];
    }

    /// <summary>The zone's name.</summary>
    public DnsName Origin { get; }

    /// <summary>All record sets, always in the same order.</summary>
    public IReadOnlyList<RecordSet> Sets { get; }

    /// <summary>Number of records.</summary>
    public int Records => Sets.Sum(static set => set.Data.Count);

    /// <summary>The SOA's numbers; null when the zone has none yet.</summary>
    public SoaNumbers? Soa => Find(Origin, RecordType.Soa) is { } set ? SoaNumbers.Of(set.Data[0]) : null;

    /// <summary>The name servers at the apex.</summary>
    public IReadOnlyList<DnsName> NameServers => [.. Find(Origin, RecordType.Ns)?.Data.Select(static data => data.Target!) ?? []];

    /// <summary>The largest TTL of any record.</summary>
    public uint LargestTtl => Sets.Count == 0 ? 0 : Sets.Max(static set => set.Ttl);

    /// <summary>The zone as a file; the same zone gives the same text.</summary>
    public string Text => _text ??= ZoneFileWriter.Write(this);

    /// <summary>SHA-256 of the text, the SOA's serial taken as 0: what must be equal again after a rollback.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(WithSerial(0).Text)));

    /// <summary>One record set, or null.</summary>
    /// <param name="name">Owner.</param>
    /// <param name="type">Type.</param>
    public RecordSet? Find(DnsName name, RecordType type) => _sets.GetValueOrDefault((name, type));

    /// <summary>A zone of single records. Sets whose records have different TTLs get the smallest one (RFC 2181 §5.2).</summary>
    /// <param name="origin">The zone's name.</param>
    /// <param name="records">Records; those outside the zone are left out.</param>
    public static Zone Of(DnsName origin, IEnumerable<ZoneRecord> records) => new(
        origin,
        records.Where(record => record.Name.IsUnder(origin))
            .GroupBy(static record => (record.Name, record.Type))
            .Select(static group => new RecordSet(group.Key.Name, group.Key.Type, group.Min(static record => record.Ttl), group.Select(static record => record.Data))));

    /// <summary>The zone without what a signer adds: RRSIG, NSEC, DNSKEY, CDS and the like mean nothing at another provider.</summary>
    public Zone WithoutSigning() => new(Origin, Sets.Where(static set => !set.Type.IsSigning));

    /// <summary>The zone with another serial.</summary>
    /// <param name="serial">The serial.</param>
    public Zone WithSerial(uint serial)
    {
        if (Find(Origin, RecordType.Soa) is not { } soa || Soa!.Serial == serial) return this;
        var data = soa.Data[0].Wire.ToArray();
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(data.Length - 20), serial);
        return With(new RecordSet(Origin, RecordType.Soa, soa.Ttl, [RecordData.FromWire(RecordType.Soa, data)]));
    }

    /// <summary>The zone with record sets replaced or added.</summary>
    /// <param name="sets">The new sets.</param>
    public Zone With(params IEnumerable<RecordSet> sets)
    {
        var changed = new Dictionary<(DnsName, RecordType), RecordSet>(_sets);
        foreach (var set in sets) changed[set.Key] = set;
        return new(Origin, changed.Values);
    }

    /// <summary>The zone without one record set.</summary>
    /// <param name="name">Owner.</param>
    /// <param name="type">Type.</param>
    public Zone Without(DnsName name, RecordType type) => new(Origin, Sets.Where(set => !set.Name.Equals(name) || set.Type != type));

    /// <summary>True when a name belongs to another zone that is delegated below this one.</summary>
    /// <param name="name">A name under the origin.</param>
    public bool IsDelegated(DnsName name)
    {
        for (var at = name; at is not null && at.IsUnder(Origin) && !at.Equals(Origin); at = at.Parent)
            if (Find(at, RecordType.Ns) is not null) return true;
        return false;
    }
}

namespace Cassiopea.Zones;

/// <summary>One record.</summary>
/// <param name="Name">Owner.</param>
/// <param name="Ttl">Seconds that resolvers may keep it.</param>
/// <param name="Data">Type and data.</param>
public readonly record struct ZoneRecord(DnsName Name, uint Ttl, RecordData Data)
{
    /// <summary>The record's type.</summary>
    public RecordType Type => Data.Type;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name.Text} {Ttl} IN {Type} {Data.Text}");
}

/// <summary>All records of one name and type: what DNS answers, and what changes as a whole (RFC 2181 §5).</summary>
public sealed class RecordSet
{
    /// <summary>Makes one; data that are there twice are kept once, the order is that of their octets (RFC 4034 §6.3).</summary>
    /// <param name="name">Owner.</param>
    /// <param name="type">Type of all records.</param>
    /// <param name="ttl">Seconds.</param>
    /// <param name="data">At least one.</param>
    public RecordSet(DnsName name, RecordType type, uint ttl, IEnumerable<RecordData> data)
    {
        (Name, Type, Ttl) = (name, type, ttl);
        RecordData[] all = [.. data.Distinct()];
        Array.Sort(all, static (a, b) => a.Wire.SequenceCompareTo(b.Wire));
        if (all.Length == 0 || all.Any(one => one.Type != type)) throw new ArgumentException("A set has records of its type, at least one.", nameof(data));
        Data = all;
    }

    /// <summary>Owner.</summary>
    public DnsName Name { get; }

    /// <summary>Type of all records.</summary>
    public RecordType Type { get; }

    /// <summary>Seconds that resolvers may keep it.</summary>
    public uint Ttl { get; }

    /// <summary>The data, each once, in a fixed order.</summary>
    public IReadOnlyList<RecordData> Data { get; }

    /// <summary>Name and type.</summary>
    public (DnsName Name, RecordType Type) Key => (Name, Type);

    /// <summary>The set with another TTL.</summary>
    /// <param name="ttl">Seconds.</param>
    public RecordSet WithTtl(uint ttl) => ttl == Ttl ? this : new(Name, Type, ttl, Data);

    /// <summary>True when both hold the same data; texts are compared as one string each, TTLs are not looked at.</summary>
    /// <param name="other">Of the same name and type.</param>
    public bool Means(RecordSet other) =>
        Data.Count == other.Data.Count && (Data.SequenceEqual(other.Data) || (Data.All(one => other.Data.Any(one.Means)) && other.Data.All(one => Data.Any(one.Means))));

    /// <summary>True when TTL and every octet are the same.</summary>
    /// <param name="other">Of the same name and type.</param>
    public bool SameAs(RecordSet other) => Ttl == other.Ttl && Data.SequenceEqual(other.Data);

    /// <inheritdoc/>
    public override string ToString() => $"{Name.Text} {Type}";
}

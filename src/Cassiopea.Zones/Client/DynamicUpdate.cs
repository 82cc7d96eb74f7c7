using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Client;

/// <summary>A dynamic update (RFC 2136): all of it happens, or nothing.</summary>
/// <param name="zone">The zone that changes.</param>
public sealed class DynamicUpdate(DnsName zone)
{
    internal const int Opcode = 5;
    private const int None = 254;
    private const int Any = 255;
    private const int In = 1;

    private readonly WireWriter _prerequisites = new();
    private readonly WireWriter _changes = new();
    private int _prerequisiteCount;
    private int _changeCount;

    /// <summary>Octets so far; more than 60,000 should go in several.</summary>
    public int Octets => _prerequisites.Length + _changes.Length;

    /// <summary>Demands that a set holds exactly these data (RFC 2136 §2.4.2); its TTL is not looked at.</summary>
    /// <param name="set">The set as it must be.</param>
    public DynamicUpdate Require(RecordSet set)
    {
        foreach (var data in set.Data) Write(_prerequisites, ref _prerequisiteCount, set.Name, set.Type, In, 0, data);
        return this;
    }

    /// <summary>Demands that there is no such set (RFC 2136 §2.4.3).</summary>
    /// <param name="name">Owner.</param>
    /// <param name="type">Type.</param>
    public DynamicUpdate RequireAbsent(DnsName name, RecordType type)
    {
        Write(_prerequisites, ref _prerequisiteCount, name, type, None, 0, null);
        return this;
    }

    /// <summary>Deletes a set (RFC 2136 §2.5.2).</summary>
    /// <param name="name">Owner.</param>
    /// <param name="type">Type.</param>
    public DynamicUpdate Delete(DnsName name, RecordType type)
    {
        Write(_changes, ref _changeCount, name, type, Any, 0, null);
        return this;
    }

    /// <summary>Deletes single data of a set (RFC 2136 §2.5.4).</summary>
    /// <param name="name">Owner.</param>
    /// <param name="data">What goes.</param>
    public DynamicUpdate Delete(DnsName name, RecordData data)
    {
        Write(_changes, ref _changeCount, name, data.Type, None, 0, data);
        return this;
    }

    /// <summary>Adds a set (RFC 2136 §2.5.1).</summary>
    /// <param name="set">The set.</param>
    public DynamicUpdate Add(RecordSet set)
    {
        foreach (var data in set.Data) Write(_changes, ref _changeCount, set.Name, set.Type, In, set.Ttl, data);
        return this;
    }

    internal byte[] ToMessage(ushort id)
    {
        var writer = new WireWriter();
        writer.Number16(id).Number16(Opcode << 11).Number16(1).Number16(_prerequisiteCount).Number16(_changeCount).Number16(0);
        writer.Name(zone).Number16(RecordType.Soa.Value).Number16(In);
        var message = writer.Octets(_prerequisites.Written).Octets(_changes.Written).ToArray();
        return message.Length <= DnsMessage.Longest ? message : throw new InvalidOperationException("An update is longer than a message: send it in parts.");
    }

    private static void Write(WireWriter writer, ref int count, DnsName name, RecordType type, int of, uint ttl, RecordData? data)
    {
        writer.Name(name).Number16(type.Value).Number16(of).Number32(ttl).Number16(data?.Wire.Length ?? 0);
        if (data is not null) writer.Octets(data.Wire);
        count++;
    }
}

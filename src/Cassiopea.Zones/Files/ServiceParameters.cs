using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Files;

/// <summary>Parameters of SVCB and HTTPS records (RFC 9460 §2.1, §2.2).</summary>
internal static class ServiceParameters
{
    private static readonly string[] Names = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint"];

    /// <summary>Refuses octets that are no list of parameters in ascending order.</summary>
    public static void Check(ReadOnlySpan<byte> octets)
    {
        var reader = new WireReader(octets);
        var last = -1;
        while (reader.Left > 0)
        {
            var key = reader.Number16();
            if (key <= last) throw ZoneException.Malformed("Parameters of a service binding are not in order.");
            var value = reader.Octets(reader.Number16());
            CheckValue(key, value);
            last = key;
        }
    }

    public static void Write(ReadOnlySpan<byte> octets, StringBuilder text)
    {
        var reader = new WireReader(octets);
        for (var first = true; reader.Left > 0; first = false)
        {
            if (!first) text.Append(' ');
            var key = reader.Number16();
            var value = reader.Octets(reader.Number16());
            text.Append(Name(key));
            if (value.Length > 0) WriteValue(key, value, text.Append('='));
        }
    }

    public static void Read(IEnumerable<string> words, WireWriter writer)
    {
        var parameters = new SortedDictionary<int, byte[]>();
        foreach (var word in words)
        {
            var cut = word.IndexOf('=', StringComparison.Ordinal);
            var key = Key(cut < 0 ? word : word[..cut]);
            var value = cut < 0 ? "" : word[(cut + 1)..];
            if (value is ['"', .., '"']) value = value[1..^1];
            if (!parameters.TryAdd(key, ReadValue(key, value))) throw new FormatException($"{Name(key)} is given twice.");
        }

        foreach (var (key, value) in parameters) writer.Number16(key).Number16(value.Length).Octets(value);
    }

    private static string Name(int key) => key < Names.Length ? Names[key] : string.Create(CultureInfo.InvariantCulture, $"key{key}");

    private static int Key(string name)
    {
        var known = Array.IndexOf(Names, name);
        if (known >= 0) return known;
        return name.StartsWith("key", StringComparison.Ordinal) && ushort.TryParse(name.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var key)
            ? key
            : throw new FormatException($"{name} is no parameter of a service binding.");
    }

    private static void CheckValue(int key, ReadOnlySpan<byte> value)
    {
        var right = key switch
        {
            0 => value.Length > 0 && value.Length % 2 == 0,
            1 => HasProtocols(value),
            2 => value.Length == 0,
            3 => value.Length == 2,
            4 => value.Length > 0 && value.Length % 4 == 0,
            6 => value.Length > 0 && value.Length % 16 == 0,
            _ => true,
        };
        if (!right) throw ZoneException.Malformed($"The value of {Name(key)} in a service binding is wrong.");
    }

    private static bool HasProtocols(ReadOnlySpan<byte> value)
    {
        var at = 0;
        while (at < value.Length)
        {
            if (value[at] == 0) return false;
            at += value[at] + 1;
        }

        return value.Length > 0 && at == value.Length;
    }

    private static void WriteValue(int key, ReadOnlySpan<byte> value, StringBuilder text)
    {
        var reader = new WireReader(value);
        var parts = new List<string>();
        switch (key)
        {
            case 0:
                while (reader.Left > 0) parts.Add(Name(reader.Number16()));
                break;
            case 1:
                while (reader.Left > 0) parts.Add(Protocol(reader.Octets(reader.Octet())));
                break;
            case 3:
                parts.Add(reader.Number16().ToString(CultureInfo.InvariantCulture));
                break;
            case 4 or 6:
                while (reader.Left > 0) parts.Add(new IPAddress(reader.Octets(key == 4 ? 4 : 16)).ToString());
                break;
            case 5:
                parts.Add(Convert.ToBase64String(value));
                break;
            default:
                RecordText.Quote(value, text);
                return;
        }

        if (key == 1) text.Append('"').AppendJoin(',', parts).Append('"');
        else text.AppendJoin(',', parts);
    }

    // octets that end a list, a quotation or an escape are written as numbers
    private static string Protocol(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder();
        foreach (var octet in octets)
        {
            if (octet is > 32 and < 127 and not ((byte)',' or (byte)'"' or (byte)'\\')) text.Append((char)octet);
            else text.Append(CultureInfo.InvariantCulture, $"\\{octet:D3}");
        }

        return text.ToString();
    }

    private static byte[] ReadValue(int key, string value)
    {
        var writer = new WireWriter();
        switch (key)
        {
            case 0:
                foreach (var name in value.Split(',')) writer.Number16(Key(name));
                break;
            case 1:
                foreach (var protocol in value.Split(','))
                {
                    var octets = new MasterToken(protocol, true).Octets();
                    if (octets.Length is 0 or > 255) throw new FormatException("A protocol in alpn is empty or too long.");
                    writer.Octet((byte)octets.Length).Octets(octets);
                }

                break;
            case 2:
                if (value.Length > 0) throw new FormatException("no-default-alpn takes no value.");
                break;
            case 3:
                writer.Number16(ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : throw new FormatException("port is no port."));
                break;
            case 4 or 6:
                foreach (var text in value.Split(','))
                {
                    var family = key == 4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
                    writer.Octets(IPAddress.TryParse(text, out var address) && address.AddressFamily == family ? address.GetAddressBytes() : throw new FormatException($"{text} is no address."));
                }

                break;
            case 5:
                writer.Octets(Convert.FromBase64String(value));
                break;
            default:
                writer.Octets(new MasterToken(value, true).Octets());
                break;
        }

        return writer.ToArray();
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Files;

/// <summary>Record data between octets and the words of a zone file, piece by piece.</summary>
internal static class RecordText
{
    private const string InstantFormat = "yyyyMMddHHmmss";

    public static string Write(RecordType type, byte[] wire)
    {
        if (RecordLayout.Of(type) is not { } layout)
            return wire.Length == 0 ? "\\# 0" : string.Create(CultureInfo.InvariantCulture, $"\\# {wire.Length} {Convert.ToHexStringLower(wire)}");
        var reader = new WireReader(wire);
        var text = new StringBuilder();
        foreach (var piece in layout)
        {
            if (text.Length > 0) text.Append(' ');
            var before = text.Length;
            Write(piece, ref reader, text);
            if (text.Length == before && before > 0) text.Length--;
        }

        return text.ToString();
    }

    /// <summary>The octets of words; whether they are data of the type is checked by whoever reads them.</summary>
    public static byte[] Read(RecordType type, IReadOnlyList<MasterToken> tokens, DnsName? origin)
    {
        if (RecordLayout.Of(type) is not { } layout) throw new FormatException($"Data of {type} must be written as \\# length hex.");
        var (writer, at) = (new WireWriter(), 0);
        foreach (var piece in layout) Read(piece, tokens, ref at, origin, writer);
        if (at < tokens.Count) throw new FormatException($"Data of {type} have {tokens.Count - at} words too many.");
        return writer.Length <= ushort.MaxValue ? writer.ToArray() : throw new FormatException("Data of a record are too long.");
    }

    /// <summary>A period as BIND writes it too: <c>3600</c>, <c>1h30m</c>.</summary>
    public static bool TryPeriod(string text, out uint seconds)
    {
        seconds = 0;
        if (text.Length == 0 || !char.IsAsciiDigit(text[0])) return false;
        var (total, number, pending) = (0UL, 0UL, false);
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                (number, pending) = ((number * 10) + (ulong)(c - '0'), true);
            }
            else
            {
                var unit = (c | 32) switch { 's' => 1u, 'm' => 60u, 'h' => 3600u, 'd' => 86400u, 'w' => 604800u, _ => 0u };
                if (unit == 0 || !pending) return false;
                (total, number, pending) = (total + (number * unit), 0, false);
            }

            if (number > uint.MaxValue || total > uint.MaxValue) return false;
        }

        total += number;
        if (total > uint.MaxValue) return false;
        seconds = (uint)total;
        return true;
    }

    public static void Quote(ReadOnlySpan<byte> octets, StringBuilder text)
    {
        text.Append('"');
        foreach (var octet in octets)
        {
            if (octet is (byte)'"' or (byte)'\\') text.Append('\\').Append((char)octet);
            else if (octet is >= 32 and < 127) text.Append((char)octet);
            else text.Append(CultureInfo.InvariantCulture, $"\\{octet:D3}");
        }

        text.Append('"');
    }

    private static void Write(Piece piece, ref WireReader reader, StringBuilder text)
    {
        switch (piece)
        {
            case Piece.Octet:
                text.Append(CultureInfo.InvariantCulture, $"{reader.Octet()}");
                break;
            case Piece.Number16:
                text.Append(CultureInfo.InvariantCulture, $"{reader.Number16()}");
                break;
            case Piece.Number32 or Piece.Period:
                text.Append(CultureInfo.InvariantCulture, $"{reader.Number32()}");
                break;
            case Piece.Instant:
                text.Append(DateTimeOffset.FromUnixTimeSeconds(reader.Number32()).ToString(InstantFormat, CultureInfo.InvariantCulture));
                break;
            case Piece.Type:
                text.Append(new RecordType(reader.Number16()));
                break;
            case Piece.Name:
                text.Append(reader.Name().Text);
                break;
            case Piece.Address4:
                text.Append(new IPAddress(reader.Octets(4)));
                break;
            case Piece.Address6:
                text.Append(new IPAddress(reader.Octets(16)));
                break;
            case Piece.Position:
                text.Append(PositionText.Write(reader.Octets(16)));
                break;
            case Piece.Text:
                Quote(reader.Octets(reader.Octet()), text);
                break;
            case Piece.Texts:
                for (var first = true; reader.Left > 0; first = false)
                {
                    if (!first) text.Append(' ');
                    Quote(reader.Octets(reader.Octet()), text);
                }

                break;
            case Piece.Tag:
                text.Append(Encoding.Latin1.GetString(reader.Octets(reader.Octet())));
                break;
            case Piece.TextRest:
                Quote(reader.Octets(reader.Left), text);
                break;
            case Piece.Hex:
                text.Append(Convert.ToHexStringLower(reader.Octets(reader.Left)));
                break;
            case Piece.Base64:
                text.Append(Convert.ToBase64String(reader.Octets(reader.Left)));
                break;
            case Piece.Parameters:
                ServiceParameters.Write(reader.Octets(reader.Left), text);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(piece), piece, "No such piece.");
        }
    }

    private static void Read(Piece piece, IReadOnlyList<MasterToken> tokens, ref int at, DnsName? origin, WireWriter writer)
    {
        switch (piece)
        {
            case Piece.Octet:
                writer.Octet((byte)Number(tokens, ref at, byte.MaxValue));
                break;
            case Piece.Number16:
                writer.Number16((int)Number(tokens, ref at, ushort.MaxValue));
                break;
            case Piece.Number32:
                writer.Number32(Number(tokens, ref at, uint.MaxValue));
                break;
            case Piece.Period:
                writer.Number32(TryPeriod(One(tokens, ref at).Raw, out var period) ? period : throw new FormatException("A period is not a number of seconds."));
                break;
            case Piece.Instant:
                writer.Number32(Instant(One(tokens, ref at).Raw));
                break;
            case Piece.Type:
                writer.Number16(RecordType.Parse(One(tokens, ref at).Raw).Value);
                break;
            case Piece.Name:
                writer.Name(DnsName.Parse(One(tokens, ref at).Raw, origin));
                break;
            case Piece.Address4:
                writer.Octets(Address(One(tokens, ref at).Raw, AddressFamily.InterNetwork));
                break;
            case Piece.Address6:
                writer.Octets(Address(One(tokens, ref at).Raw, AddressFamily.InterNetworkV6));
                break;
            case Piece.Position:
                PositionText.Read(Rest(tokens, ref at), writer);
                break;
            case Piece.Text or Piece.Tag:
                WriteText(One(tokens, ref at), writer);
                break;
            case Piece.Texts:
                do WriteText(One(tokens, ref at), writer);
                while (at < tokens.Count);
                break;
            case Piece.TextRest:
                writer.Octets(One(tokens, ref at).Octets());
                break;
            case Piece.Hex:
                writer.Octets(Convert.FromHexString(string.Concat(Rest(tokens, ref at))));
                break;
            case Piece.Base64:
                writer.Octets(Convert.FromBase64String(string.Concat(Rest(tokens, ref at))));
                break;
            case Piece.Parameters:
                ServiceParameters.Read(Rest(tokens, ref at), writer);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(piece), piece, "No such piece.");
        }
    }

    private static MasterToken One(IReadOnlyList<MasterToken> tokens, ref int at) =>
        at < tokens.Count ? tokens[at++] : throw new FormatException("Data of a record are not complete.");

    private static List<string> Rest(IReadOnlyList<MasterToken> tokens, ref int at)
    {
        List<string> rest = [.. tokens.Skip(at).Select(static token => token.Raw)];
        at = tokens.Count;
        return rest;
    }

    private static uint Number(IReadOnlyList<MasterToken> tokens, ref int at, uint most)
    {
        var text = One(tokens, ref at).Raw;
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new FormatException($"{text} is not a whole number up to {most}.");
    }

    private static byte[] Address(string text, AddressFamily family) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == family && (family == AddressFamily.InterNetworkV6 || text.Count(static c => c == '.') == 3)
            ? address.GetAddressBytes()
            : throw new FormatException($"{text} is not an address of this type.");

    private static uint Instant(string text) =>
        text.Length == InstantFormat.Length && DateTimeOffset.TryParseExact(text, InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? (uint)instant.ToUnixTimeSeconds()
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : throw new FormatException($"{text} is not an instant.");

    private static void WriteText(MasterToken token, WireWriter writer)
    {
        var octets = token.Octets();
        if (octets.Length > 255) throw new FormatException($"A text of {octets.Length} octets is longer than 255: cut it into several.");
        writer.Octet((byte)octets.Length).Octets(octets);
    }
}

using Cassiopea.Zones.Files;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones;

/// <summary>The data of one record: its octets without compression, names in lower case.</summary>
public sealed class RecordData : IEquatable<RecordData>
{
    private readonly byte[] _wire;
    private string? _text;

    private RecordData(RecordType type, byte[] wire) => (Type, _wire) = (type, wire);

    /// <summary>The record's type.</summary>
    public RecordType Type { get; }

    /// <summary>The octets.</summary>
    public ReadOnlySpan<byte> Wire => _wire;

    /// <summary>The data as a zone file has them, names absolute (RFC 1035 §5.1); unknown types as <c>\# length hex</c> (RFC 3597 §5).</summary>
    public string Text => _text ??= RecordText.Write(Type, _wire);

    /// <summary>The strings of a TXT record as one: how it was cut says nothing (RFC 7208 §3.3); null for other types.</summary>
    public string? JoinedText
    {
        get
        {
            if (Type != RecordType.Txt && Type != RecordType.Spf) return null;
            var joined = new System.Text.StringBuilder(_wire.Length);
            for (var i = 0; i < _wire.Length; i += _wire[i] + 1) joined.Append(System.Text.Encoding.Latin1.GetString(_wire, i + 1, _wire[i]));
            return joined.ToString();
        }
    }

    /// <summary>The name that the data point at: target of CNAME, NS, MX, SRV and the like; null where there is none.</summary>
    public DnsName? Target
    {
        get
        {
            var skip = Type.Value switch { 2 or 5 or 12 or 39 or 65401 => 0, 15 or 18 or 64 or 65 => 2, 33 => 6, _ => -1 };
            if (skip < 0) return null;
            return new WireReader(_wire, skip).Name();
        }
    }

    /// <summary>Reads data as a zone file has them.</summary>
    /// <param name="type">The record's type.</param>
    /// <param name="text">For example <c>10 mail.example.org.</c></param>
    /// <param name="origin">What relative names are under.</param>
    /// <exception cref="FormatException">Not data of this type.</exception>
    public static RecordData Parse(RecordType type, string text, DnsName? origin = null) => Parse(type, MasterTokens.Of(text), origin);

    /// <summary>Data from their octets.</summary>
    /// <param name="type">The record's type.</param>
    /// <param name="wire">Without compression.</param>
    /// <exception cref="ZoneException">Not data of this type.</exception>
    public static RecordData FromWire(RecordType type, ReadOnlySpan<byte> wire)
    {
        var reader = new WireReader(wire);
        return Read(type, ref reader, wire.Length);
    }

    /// <summary>Text data of any length, cut into strings of at most 255 octets.</summary>
    /// <param name="text">ASCII.</param>
    public static RecordData OfText(string text)
    {
        var writer = new WireWriter();
        var octets = System.Text.Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < octets.Length || i == 0; i += 255)
        {
            var part = octets.AsSpan(i, Math.Min(255, octets.Length - i));
            writer.Octet((byte)part.Length).Octets(part);
        }

        return new(RecordType.Txt, writer.ToArray());
    }

    /// <summary>True when both say the same: texts are compared as one string each.</summary>
    /// <param name="other">Data of the same type.</param>
    public bool Means(RecordData other) => Equals(other) || (JoinedText is { } text && Type == other.Type && text == other.JoinedText);

    /// <inheritdoc/>
    public bool Equals(RecordData? other) => other is not null && other.Type == Type && other._wire.AsSpan().SequenceEqual(_wire);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RecordData);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Type);
        hash.AddBytes(_wire);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {Text}";

    internal static RecordData Parse(RecordType type, IReadOnlyList<MasterToken> tokens, DnsName? origin)
    {
        if (tokens.Count > 1 && tokens[0] is { Raw: "\\#", Quoted: false }) return Unknown(type, tokens);
        var wire = RecordText.Read(type, tokens, origin);
        try
        {
            return FromWire(type, wire);
        }
        catch (ZoneException wrong)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    internal static RecordData Read(RecordType type, ref WireReader reader, int length)
    {
        var end = reader.Position + length;
        if (length > reader.Left) throw ZoneException.Malformed("A record is longer than its message.");
        if (RecordLayout.Of(type) is not { } layout) return new(type, reader.Octets(length).ToArray());
        var writer = new WireWriter();
        foreach (var piece in layout) Copy(piece, ref reader, end, writer);
        return reader.Position == end ? new(type, writer.ToArray()) : throw ZoneException.Malformed($"Data of {type} do not have the length that they should.");
    }

    private static RecordData Unknown(RecordType type, IReadOnlyList<MasterToken> tokens)
    {
        var hex = string.Concat(tokens.Skip(2).Select(static token => token.Raw));
        if (!int.TryParse(tokens[1].Raw, out var length) || hex.Length != 2 * length) throw new FormatException("Data after \\# do not have the length that they should.");
        try
        {
            return FromWire(type, Convert.FromHexString(hex));
        }
        catch (ZoneException wrong)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    private static void Copy(Piece piece, ref WireReader reader, int end, WireWriter writer)
    {
        switch (piece)
        {
            case Piece.Octet:
                writer.Octet(reader.Octet());
                break;
            case Piece.Number16 or Piece.Type:
                writer.Number16(reader.Number16());
                break;
            case Piece.Number32 or Piece.Period or Piece.Instant or Piece.Address4:
                writer.Number32(reader.Number32());
                break;
            case Piece.Address6:
                writer.Octets(reader.Octets(16));
                break;
            case Piece.Position:
                var position = reader.Octets(16);
                _ = PositionText.Write(position);
                writer.Octets(position);
                break;
            case Piece.Name:
                writer.Name(reader.Name());
                break;
            case Piece.Text or Piece.Tag:
                CopyText(ref reader, writer);
                break;
            case Piece.Texts:
                do CopyText(ref reader, writer);
                while (reader.Position < end);
                break;
            case Piece.TextRest or Piece.Hex or Piece.Base64 or Piece.Parameters:
                if (end < reader.Position) throw ZoneException.Malformed("Data of a record go beyond their end.");
                var rest = reader.Octets(end - reader.Position);
                if (piece == Piece.Parameters) ServiceParameters.Check(rest);
                writer.Octets(rest);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(piece), piece, "No such piece.");
        }
    }

    private static void CopyText(ref WireReader reader, WireWriter writer)
    {
        var length = reader.Octet();
        writer.Octet(length).Octets(reader.Octets(length));
    }
}

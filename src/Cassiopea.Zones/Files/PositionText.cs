using System.Buffers.Binary;
using System.Globalization;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Files;

/// <summary>LOC records: <c>50 50 59.000 N 4 21 6.000 E 15.00m 10m 100m 10m</c> (RFC 1876 §3).</summary>
internal static class PositionText
{
    private const uint Middle = 1u << 31;
    private const decimal Most = 180 * 3_600_000m;
    private const long SeaLevel = 10_000_000; // centimetres

    public static string Write(ReadOnlySpan<byte> octets)
    {
        if (octets[0] != 0) throw ZoneException.Malformed("A LOC record has a version that nobody knows.");
        var (latitude, longitude, altitude) =
            (BinaryPrimitives.ReadUInt32BigEndian(octets[4..]), BinaryPrimitives.ReadUInt32BigEndian(octets[8..]), BinaryPrimitives.ReadUInt32BigEndian(octets[12..]) - SeaLevel);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Angle(latitude, 'N', 'S')} {Angle(longitude, 'E', 'W')} {altitude / 100m:0.00}m {Size(octets[1])} {Size(octets[2])} {Size(octets[3])}");
    }

    public static void Read(List<string> words, WireWriter writer)
    {
        var at = 0;
        var latitude = Angle(words, ref at, 'N', 'S');
        var longitude = Angle(words, ref at, 'E', 'W');
        var altitude = (long)(Metres(words, ref at, null) * 100) + SeaLevel;
        if (altitude is < 0 or > uint.MaxValue) throw new FormatException("The altitude of a LOC record is out of bounds.");
        var (size, horizontal, vertical) = (Metres(words, ref at, 1m), Metres(words, ref at, 10_000m), Metres(words, ref at, 10m));
        if (at < words.Count) throw new FormatException("A LOC record has too many words.");
        writer.Octet(0).Octet(Precision(size)).Octet(Precision(horizontal)).Octet(Precision(vertical)).Number32(latitude).Number32(longitude).Number32((uint)altitude);
    }

    private static string Angle(uint value, char positive, char negative)
    {
        var thousandths = (long)value - Middle;
        var rest = Math.Abs(thousandths);
        return string.Create(CultureInfo.InvariantCulture,
            $"{rest / 3_600_000} {rest / 60_000 % 60} {rest % 60_000 / 1000}.{rest % 1000:D3} {(thousandths < 0 ? negative : positive)}");
    }

    private static uint Angle(List<string> words, ref int at, char positive, char negative)
    {
        var (value, unit) = (0m, 3_600_000m);
        for (var parts = 0; at < words.Count && parts < 4; parts++)
        {
            var word = words[at++];
            if (word.Length == 1 && (word[0] == positive || word[0] == negative) && parts > 0)
                return value <= Most ? (uint)(Middle + (word[0] == positive ? (long)value : -(long)value)) : throw new FormatException("The angle of a LOC record is too large.");
            if (parts == 3 || !decimal.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number >= 1000) break;
            value += number * unit;
            unit /= 60;
        }

        throw new FormatException("The angle of a LOC record is wrong.");
    }

    private static decimal Metres(List<string> words, ref int at, decimal? standard)
    {
        if (at >= words.Count) return standard ?? throw new FormatException("A LOC record has no altitude.");
        var word = words[at++];
        return decimal.TryParse(word.EndsWith('m') ? word[..^1] : word, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var metres)
            && Math.Abs(metres) < 90_000_000m
            ? metres
            : throw new FormatException($"{word} is no length in metres.");
    }

    private static byte Precision(decimal metres)
    {
        var (centimetres, exponent) = ((long)(metres * 100), 0);
        if (centimetres < 0) throw new FormatException("A size is negative.");
        for (; centimetres > 9; centimetres /= 10) exponent++;
        return (byte)((centimetres << 4) | (long)exponent);
    }

    private static string Size(byte precision)
    {
        var (mantissa, exponent) = (precision >> 4, precision & 15);
        if (mantissa > 9 || exponent > 9) throw ZoneException.Malformed("A LOC record has a wrong size.");
        var centimetres = (decimal)mantissa;
        for (; exponent > 0; exponent--) centimetres *= 10;
        return string.Create(CultureInfo.InvariantCulture, $"{centimetres / 100m:0.##}m");
    }
}

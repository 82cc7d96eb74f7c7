using System.Globalization;
using System.Text;

namespace Cassiopea.Zones;

/// <summary>A domain name, absolute and in lower case: names that differ by case only are the same (RFC 4343).</summary>
public sealed class DnsName : IEquatable<DnsName>
{
    /// <summary>Most octets of a name on the wire (RFC 1035 §2.3.4).</summary>
    public const int LongestWire = 255;

    /// <summary>Most octets of a label (RFC 1035 §2.3.4).</summary>
    public const int LongestLabel = 63;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private readonly byte[] _wire;
    private readonly int _hash;
    private string? _text;

    private DnsName(byte[] wire)
    {
        _wire = wire;
        HashCode hash = default;
        hash.AddBytes(wire);
        _hash = hash.ToHashCode();
    }

    /// <summary>The root.</summary>
    public static DnsName Root { get; } = new([0]);

    /// <summary>The order of a signed zone: parent before child, label by label from the right (RFC 4034 §6.1).</summary>
    public static IComparer<DnsName> Order { get; } = Comparer<DnsName>.Create(Compare);

    /// <summary>Labels with their lengths, ended by 0, in lower case.</summary>
    public ReadOnlySpan<byte> Wire => _wire;

    /// <summary>The name with its final dot, special octets escaped (RFC 1035 §5.1).</summary>
    public string Text => _text ??= Write();

    /// <summary>The name without its final dot; <c>.</c> for the root.</summary>
    public string Host => _wire.Length == 1 ? "." : Text[..^1];

    /// <summary>Labels, the root not counted.</summary>
    public int Labels => Starts().Count;

    /// <summary>True when its first label is <c>*</c>.</summary>
    public bool IsWildcard => _wire.Length > 2 && _wire[0] == 1 && _wire[1] == '*';

    /// <summary>The name without its first label; null for the root.</summary>
    public DnsName? Parent => _wire.Length == 1 ? null : new DnsName(_wire[(_wire[0] + 1)..]);

    /// <summary>The name with its A-labels as people write them; a label that is no valid A-label stays.</summary>
    public string Unicode
    {
        get
        {
            if (!Host.Contains("xn--", StringComparison.Ordinal)) return Host;
            return string.Join('.', Host.Split('.').Select(static label =>
            {
                try
                {
                    return label.StartsWith("xn--", StringComparison.Ordinal) ? Idn.GetUnicode(label) : label;
                }
                catch (ArgumentException)
                {
                    return label;
                }
            }));
        }
    }

    /// <summary>Reads a name; without final dot it is taken under <paramref name="origin"/>, or as absolute when there is none.</summary>
    /// <param name="text">ASCII, with escapes <c>\.</c> and <c>\DDD</c>; <c>@</c> is the origin itself.</param>
    /// <param name="origin">What relative names are under.</param>
    /// <exception cref="FormatException">Not a name.</exception>
    public static DnsName Parse(string text, DnsName? origin = null)
    {
        if (text == "@" && origin is not null) return origin;
        if (text is "." or "") return text.Length > 0 ? Root : throw new FormatException("A name is empty.");
        var wire = new List<byte>(text.Length + 2) { 0 };
        var (start, absolute) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.')
            {
                Close(wire, start, text);
                if (i == text.Length - 1)
                {
                    absolute = true;
                    break;
                }

                start = wire.Count;
                wire.Add(0);
                continue;
            }

            if (c > 127) throw new FormatException($"{text} holds a letter beyond ASCII: write it as A-label.");
            wire.Add(c == '\\' ? Escaped(text, ref i) : Lower((byte)c));
        }

        if (!absolute) Close(wire, start, text);
        wire.AddRange(absolute || origin is null ? [0] : origin._wire);
        return wire.Count <= LongestWire ? new(wire.ToArray()) : throw new FormatException($"{text} is longer than {LongestWire} octets.");
    }

    /// <summary>Reads a name as people write it: letters beyond ASCII become A-labels (RFC 5891); labels with <c>_</c> or <c>*</c> are left alone.</summary>
    /// <param name="text">For example <c>maison-médicale.be</c>.</param>
    /// <exception cref="FormatException">Not a name.</exception>
    public static DnsName FromUnicode(string text)
    {
        try
        {
            var labels = text.Trim().TrimEnd('.').Split('.', '。');
            return Parse(string.Join('.', labels.Select(static label => label.All(char.IsAscii) ? label : Idn.GetAscii(label))) + ".");
        }
        catch (ArgumentException wrong)
        {
            throw new FormatException($"{text} is not a domain name.", wrong);
        }
    }

    /// <summary>True when the name is <paramref name="parent"/> or below it.</summary>
    /// <param name="parent">A zone's origin, for example.</param>
    public bool IsUnder(DnsName parent)
    {
        var rest = _wire.Length - parent._wire.Length;
        return rest >= 0 && _wire.AsSpan(rest).SequenceEqual(parent._wire) && (rest == 0 || Starts().Contains(rest));
    }

    /// <summary>The name with a label before it.</summary>
    /// <param name="label">One label, or several with dots between them.</param>
    public DnsName Prepend(string label) => Parse(label, this);

    /// <summary>The name as it is written under an origin: <c>@</c>, <c>www</c>, or the whole name when it is not under it.</summary>
    /// <param name="origin">A zone's origin.</param>
    public string RelativeTo(DnsName origin)
    {
        if (Equals(origin)) return "@";
        if (!IsUnder(origin) || origin._wire.Length == 1) return Text;
        return Text[..^(origin.Text.Length + 1)];
    }

    /// <inheritdoc/>
    public bool Equals(DnsName? other) => other is not null && _wire.AsSpan().SequenceEqual(other._wire);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DnsName);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public override string ToString() => Text;

    internal static DnsName FromWire(ReadOnlySpan<byte> labels)
    {
        var wire = labels.ToArray();
        for (var i = 0; i < wire.Length; i += wire[i] + 1)
        {
            for (var at = i + 1; at <= i + wire[i]; at++) wire[at] = Lower(wire[at]);
            if (wire[i] == 0) break;
        }

        return new(wire);
    }

    private static int Compare(DnsName a, DnsName b)
    {
        var (left, right) = (a.Starts(), b.Starts());
        for (int i = left.Count - 1, j = right.Count - 1; i >= 0 && j >= 0; i--, j--)
        {
            var order = a.Label(left[i]).SequenceCompareTo(b.Label(right[j]));
            if (order != 0) return order;
        }

        return left.Count - right.Count;
    }

    private static byte Lower(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet + 32) : octet;

    private static void Close(List<byte> wire, int start, string text)
    {
        var length = wire.Count - start - 1;
        if (length is 0 or > LongestLabel) throw new FormatException($"{text} has a label of {length} octets.");
        wire[start] = (byte)length;
    }

    private static byte Escaped(string text, ref int i)
    {
        if (++i >= text.Length) throw new FormatException($"{text} ends with a backslash.");
        if (!char.IsAsciiDigit(text[i])) return text[i] < 128 ? Lower((byte)text[i]) : throw new FormatException($"{text} holds a letter beyond ASCII.");
        if (i + 2 >= text.Length || !byte.TryParse(text.AsSpan(i, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
            throw new FormatException($"{text} holds a wrong escape.");
        i += 2;
        return Lower(octet);
    }

    private ReadOnlySpan<byte> Label(int start) => _wire.AsSpan(start + 1, _wire[start]);

    private List<int> Starts()
    {
        var starts = new List<int>(8);
        for (var i = 0; _wire[i] != 0; i += _wire[i] + 1) starts.Add(i);
        return starts;
    }

    private string Write()
    {
        if (_wire.Length == 1) return ".";
        var text = new StringBuilder(_wire.Length);
        foreach (var start in Starts())
        {
            foreach (var octet in Label(start))
            {
                if (octet is (byte)'.' or (byte)'\\' or (byte)'"' or (byte)';' or (byte)'(' or (byte)')' or (byte)'@' or (byte)'$') text.Append('\\').Append((char)octet);
                else if (octet is > 32 and < 127) text.Append((char)octet);
                else text.Append(CultureInfo.InvariantCulture, $"\\{octet:D3}");
            }

            text.Append('.');
        }

        return text.ToString();
    }
}

using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Cassiopea.MySql.Replace;

/// <summary>
/// Replaces texts in values as PHP applications keep them: in serialised arrays and objects with the lengths in bytes set right, however
/// deeply one is serialised in another, in JSON, and in plain text. Keys, class names and references stay as they are.
/// </summary>
public sealed class SerializedReplacer
{
    private const int Deepest = 64;
    private readonly Needles _needles;

    /// <summary>Makes one; safe for several threads.</summary>
    /// <param name="replacements">What is replaced by what.</param>
    /// <exception cref="ArgumentException">A text to be replaced is empty.</exception>
    public SerializedReplacer(IReadOnlyList<Replacement> replacements) => _needles = new(replacements);

    internal IEnumerable<byte[]> Forms => _needles.Forms;

    /// <summary>Replaces in one value.</summary>
    /// <param name="value">The value's bytes, UTF-8 or any superset of ASCII.</param>
    public ReplacedValue Replace(ReadOnlySpan<byte> value)
    {
        if (!_needles.AnyIn(value)) return default;
        var (count, damaged) = (0, false);
        using var into = new MemoryStream(value.Length + 256);
        Any(value, into, 0, ref count, ref damaged);
        return count == 0 ? new(null, 0, damaged) : new(into.ToArray(), count, damaged);
    }

    private void Any(ReadOnlySpan<byte> value, MemoryStream into, int depth, ref int count, ref bool damaged)
    {
        if (depth > Deepest || !_needles.AnyIn(value))
        {
            into.Write(value);
            return;
        }

        if (LooksSerialized(value))
        {
            var (start, before) = (into.Length, count);
            var at = 0;
            if (Value(value, ref at, into, depth, ref count, ref damaged) && value[at..].Trim(" \t\r\n\0"u8).IsEmpty)
            {
                into.Write(value[at..]);
                return;
            }

            // PHP cannot read it either: with other lengths it would not become better
            into.SetLength(start);
            (count, damaged) = (before, true);
            into.Write(value);
            return;
        }

        if (value.IndexOf(":\\\""u8) >= 0 && value.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[' or (byte)'"', ..]) Json(value, into, depth, ref count, ref damaged);
        else count += _needles.Replace(value, into);
    }

    private static bool LooksSerialized(ReadOnlySpan<byte> value) =>
        value.Length >= 6 && value[0] is (byte)'a' or (byte)'O' or (byte)'C' or (byte)'s' or (byte)'S' or (byte)'E' && value[1] == (byte)':' && value[2] is >= (byte)'0' and <= (byte)'9'
        && value[2..].IndexOf((byte)':') is > 0 and < 12;

    /// <summary>One serialised value; false when it is none.</summary>
    private bool Value(ReadOnlySpan<byte> value, ref int at, MemoryStream into, int depth, ref int count, ref bool damaged)
    {
        if (depth > Deepest || at + 1 >= value.Length) return false;
        switch (value[at])
        {
            case (byte)'N' when value[at + 1] == (byte)';':
                into.Write("N;"u8);
                at += 2;
                return true;
            case (byte)'b' or (byte)'i' or (byte)'d' or (byte)'r' or (byte)'R':
                return Scalar(value, ref at, into);
            case (byte)'s':
                return String(value, ref at, into, depth, ref count, ref damaged);
            case (byte)'a':
                return Array(value, ref at, into, depth, ref count, ref damaged);
            case (byte)'O':
                return Object(value, ref at, into, depth, ref count, ref damaged);
            case (byte)'C':
                return Custom(value, ref at, into, depth, ref count, ref damaged);
            case (byte)'E':
                return Raw(value, ref at, into);
            default:
                return false;
        }
    }

    private static bool Scalar(ReadOnlySpan<byte> value, ref int at, MemoryStream into)
    {
        var end = value[at..].IndexOf((byte)';');
        if (at + 1 >= value.Length || value[at + 1] != (byte)':' || end is < 3 or > 64) return false;
        into.Write(value.Slice(at, end + 1));
        at += end + 1;
        return true;
    }

    /// <summary><c>s:5:"bytes";</c></summary>
    private bool String(ReadOnlySpan<byte> value, ref int at, MemoryStream into, int depth, ref int count, ref bool damaged)
    {
        if (!Quoted(value, at, out var start, out var length) || start + length + 1 >= value.Length || value[start + length + 1] != (byte)';') return false;
        using var inner = new MemoryStream(length + 64);
        Any(value.Slice(start, length), inner, depth + 1, ref count, ref damaged);
        into.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"s:{inner.Length}:\"")));
        inner.WriteTo(into);
        into.Write("\";"u8);
        at = start + length + 2;
        return true;
    }

    /// <summary>A string, an enumeration's case or a key, as it is.</summary>
    private static bool Raw(ReadOnlySpan<byte> value, ref int at, MemoryStream into)
    {
        if (at < value.Length && value[at] == (byte)'i') return Scalar(value, ref at, into);
        if (!Quoted(value, at, out var start, out var length) || start + length + 1 >= value.Length || value[start + length + 1] != (byte)';') return false;
        into.Write(value[at..(start + length + 2)]);
        at = start + length + 2;
        return true;
    }

    /// <summary><c>a:2:{key value key value}</c></summary>
    private bool Array(ReadOnlySpan<byte> value, ref int at, MemoryStream into, int depth, ref int count, ref bool damaged)
    {
        var head = at;
        at += 2;
        if (value[head + 1] != (byte)':' || !Number(value, ref at, out var size) || !Members(value, head, ref at, size, into, depth, ref count, ref damaged)) return false;
        return true;
    }

    /// <summary><c>O:4:"Name":2:{key value key value}</c></summary>
    private bool Object(ReadOnlySpan<byte> value, ref int at, MemoryStream into, int depth, ref int count, ref bool damaged)
    {
        var head = at;
        if (!Quoted(value, at, out var start, out var length)) return false;
        at = start + length + 1;
        if (at >= value.Length || value[at] != (byte)':') return false;
        at++;
        return Number(value, ref at, out var size) && Members(value, head, ref at, size, into, depth, ref count, ref damaged);
    }

    private bool Members(ReadOnlySpan<byte> value, int head, ref int at, int size, MemoryStream into, int depth, ref int count, ref bool damaged)
    {
        if (at + 1 >= value.Length || value[at] != (byte)':' || value[at + 1] != (byte)'{') return false;
        at += 2;
        into.Write(value[head..at]);
        for (var i = 0; i < size; i++)
        {
            if (at >= value.Length || value[at] is not ((byte)'i' or (byte)'s') || !Raw(value, ref at, into)) return false;
            if (!Value(value, ref at, into, depth + 1, ref count, ref damaged)) return false;
        }

        if (at >= value.Length || value[at] != (byte)'}') return false;
        into.WriteByte((byte)'}');
        at++;
        return true;
    }

    /// <summary><c>C:11:"ArrayObject":37:{…}</c>: the class wrote the inside itself; whole serialised values in it are followed.</summary>
    private bool Custom(ReadOnlySpan<byte> value, ref int at, MemoryStream into, int depth, ref int count, ref bool damaged)
    {
        var head = at;
        if (!Quoted(value, at, out var start, out var length)) return false;
        var number = start + length + 2;
        if (number >= value.Length || value[number - 1] != (byte)':') return false;
        var open = number;
        if (!Number(value, ref open, out var size) || open + 2 + size >= value.Length || value[open] != (byte)':' || value[open + 1] != (byte)'{' || value[open + 2 + size] != (byte)'}') return false;
        using var inner = new MemoryStream(size + 64);
        Inside(value.Slice(open + 2, size), inner, depth, ref count, ref damaged);
        into.Write(value[head..number]);
        into.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{inner.Length}:{{")));
        inner.WriteTo(into);
        into.WriteByte((byte)'}');
        at = open + 3 + size;
        return true;
    }

    private void Inside(ReadOnlySpan<byte> data, MemoryStream into, int depth, ref int count, ref bool damaged)
    {
        for (var at = 0; at < data.Length;)
        {
            var (start, before, next) = (into.Length, count, at);
            if (LooksSerialized(data[at..]) && Value(data, ref next, into, depth + 1, ref count, ref damaged))
            {
                at = next;
                continue;
            }

            into.SetLength(start);
            count = before;
            into.WriteByte(data[at++]);
        }
    }

    /// <summary>JSON whose strings hold serialised values: each is taken out of its escapes, changed, and put back in them.</summary>
    private void Json(ReadOnlySpan<byte> value, MemoryStream into, int depth, ref int count, ref bool damaged)
    {
        for (var at = 0; at < value.Length;)
        {
            var open = value[at..].IndexOf((byte)'"');
            var end = open < 0 ? -1 : EndOfString(value, at + open + 1);
            if (end < 0)
            {
                count += _needles.Replace(value[at..], into);
                return;
            }

            count += _needles.Replace(value.Slice(at, open), into);
            var literal = value[(at + open)..(end + 1)];
            if (Unescaped(literal) is { } text && LooksSerialized(text))
            {
                using var inner = new MemoryStream(text.Length + 64);
                Any(text, inner, depth + 1, ref count, ref damaged);
                var escaped = Needles.Json(Encoding.UTF8.GetString(inner.ToArray()), literal.IndexOf("\\/"u8) >= 0 || !literal.Contains((byte)'/'), !literal.ContainsAnyExceptInRange((byte)0, (byte)127));
                into.Write(Encoding.UTF8.GetBytes($"\"{escaped}\""));
            }
            else
            {
                count += _needles.Replace(literal, into);
            }

            at = end + 1;
        }
    }

    private static int EndOfString(ReadOnlySpan<byte> value, int at)
    {
        for (; at < value.Length; at++)
        {
            if (value[at] == (byte)'\\') at++;
            else if (value[at] == (byte)'"') return at;
        }

        return -1;
    }

    private static byte[]? Unescaped(ReadOnlySpan<byte> literal)
    {
        try
        {
            var reader = new Utf8JsonReader(literal);
            return reader.Read() && reader.TokenType == JsonTokenType.String ? Encoding.UTF8.GetBytes(reader.GetString()!) : null;
        }
        catch (Exception no) when (no is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The place of the bytes of <c>X:5:"bytes"</c>.</summary>
    private static bool Quoted(ReadOnlySpan<byte> value, int at, out int start, out int length)
    {
        (start, length) = (at + 2, 0);
        if (at + 1 >= value.Length || value[at + 1] != (byte)':' || !Number(value, ref start, out length)) return false;
        if (start + 1 >= value.Length || value[start] != (byte)':' || value[start + 1] != (byte)'"') return false;
        start += 2;
        return length <= value.Length - start - 1 && value[start + length] == (byte)'"';
    }

    private static bool Number(ReadOnlySpan<byte> value, ref int at, out int number)
    {
        number = 0;
        var from = at;
        while (at < value.Length && value[at] is >= (byte)'0' and <= (byte)'9')
        {
            if (at - from > 8) return false;
            number = number * 10 + value[at++] - '0';
        }

        return at > from;
    }
}

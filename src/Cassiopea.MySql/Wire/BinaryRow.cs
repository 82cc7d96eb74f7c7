using System.Globalization;
using System.Text;

namespace Cassiopea.MySql.Wire;

/// <summary>Type numbers of the protocol.</summary>
internal static class FieldType
{
    public const byte Tiny = 1, Short = 2, Long = 3, Float = 4, Double = 5, Null = 6, Timestamp = 7, LongLong = 8, Int24 = 9, Date = 10, Time = 11, DateTime = 12, Year = 13, Blob = 252, VarString = 253;

    /// <summary>Flag of a column without sign.</summary>
    public const ushort Unsigned = 32;
}

/// <summary>
/// A row of a prepared statement. Values are handed on as the texts that the text protocol sends, save that FLOAT and DOUBLE keep every digit and that a
/// fraction of a second has six digits where there is one.
/// </summary>
internal static class BinaryRow
{
    private const int NullOffset = 2;

    /// <summary>Least bytes of a row.</summary>
    public static int Least(int columns) => 1 + (columns + 7 + NullOffset) / 8;

    /// <exception cref="MySqlSyntaxException">It is no such row.</exception>
    public static byte[]?[] Fields(ReadOnlySpan<byte> row, IReadOnlyList<MySqlColumn> columns)
    {
        var payload = new Payload(row);
        if (payload.Byte() != 0) throw new MySqlSyntaxException("A row of a prepared statement does not begin as one.");
        var nulls = payload.Take(Least(columns.Count) - 1);
        var fields = new byte[]?[columns.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            var bit = i + NullOffset;
            fields[i] = (nulls[bit / 8] & 1 << bit % 8) != 0 || columns[i].Type == FieldType.Null ? null : Field(ref payload, columns[i]);
        }

        return payload.AtEnd ? fields : throw new MySqlSyntaxException("A row of a prepared statement is longer than its columns.");
    }

    private static byte[] Field(ref Payload payload, MySqlColumn column)
    {
        var unsigned = (column.Flags & FieldType.Unsigned) != 0;
        return column.Type switch
        {
            FieldType.Tiny => unsigned ? Ascii($"{payload.Byte()}") : Ascii($"{(sbyte)payload.Byte()}"),
            FieldType.Short => unsigned ? Ascii($"{payload.Short()}") : Ascii($"{(short)payload.Short()}"),
            FieldType.Year => Ascii($"{payload.Short():0000}"),
            FieldType.Long or FieldType.Int24 => unsigned ? Ascii($"{payload.Int()}") : Ascii($"{(int)payload.Int()}"),
            FieldType.LongLong => Whole(payload.Int() | (ulong)payload.Int() << 32, unsigned),
            FieldType.Float => Ascii($"{(double)BitConverter.UInt32BitsToSingle(payload.Int()):R}"),
            FieldType.Double => Ascii($"{BitConverter.UInt64BitsToDouble(payload.Int() | (ulong)payload.Int() << 32):R}"),
            FieldType.Date => Moment(ref payload, withTime: false),
            FieldType.DateTime or FieldType.Timestamp => Moment(ref payload, withTime: true),
            FieldType.Time => Span(ref payload),
            _ => payload.TryField(out var bytes) ? bytes.ToArray() : throw new MySqlSyntaxException("A field of a prepared statement is NULL twice."),
        };
    }

    private static byte[] Whole(ulong value, bool unsigned) => unsigned ? Ascii($"{value}") : Ascii($"{(long)value}");

    private static byte[] Moment(ref Payload payload, bool withTime)
    {
        var length = payload.Byte();
        if (length is not (0 or 4 or 7 or 11)) throw new MySqlSyntaxException("A date is not one.");
        var part = new Payload(payload.Take(length));
        var (year, month, day) = length == 0 ? (0, 0, 0) : (part.Short(), part.Byte(), part.Byte());
        if (!withTime) return Ascii($"{year:0000}-{month:00}-{day:00}");
        var (hour, minute, second) = length < 7 ? (0, 0, 0) : (part.Byte(), part.Byte(), part.Byte());
        var micro = length < 11 ? 0 : part.Int();
        return micro == 0 ? Ascii($"{year:0000}-{month:00}-{day:00} {hour:00}:{minute:00}:{second:00}") : Ascii($"{year:0000}-{month:00}-{day:00} {hour:00}:{minute:00}:{second:00}.{micro:000000}");
    }

    private static byte[] Span(ref Payload payload)
    {
        var length = payload.Byte();
        if (length is not (0 or 8 or 12)) throw new MySqlSyntaxException("A time is not one.");
        var part = new Payload(payload.Take(length));
        if (length == 0) return "00:00:00"u8.ToArray();
        var sign = part.Byte() == 0 ? "" : "-";
        var days = part.Int();
        var (hour, minute, second) = (part.Byte(), part.Byte(), part.Byte());
        var micro = length < 12 ? 0 : part.Int();
        var hours = (ulong)days * 24 + hour;
        return micro == 0 ? Ascii($"{sign}{hours:00}:{minute:00}:{second:00}") : Ascii($"{sign}{hours:00}:{minute:00}:{second:00}.{micro:000000}");
    }

    private static byte[] Ascii(FormattableString text) => Encoding.ASCII.GetBytes(text.ToString(CultureInfo.InvariantCulture));
}

using System.Globalization;
using System.Text;

namespace Cassiopea.MySql.Schema;

/// <summary>The rows whose key is greater than <see cref="After"/> and not greater than <see cref="UpTo"/>; null = open.</summary>
/// <param name="After">Key values as the server writes them.</param>
/// <param name="UpTo">Key values as the server writes them.</param>
internal sealed record ChunkRange(byte[][]? After, byte[][]? UpTo)
{
    public static ChunkRange All { get; } = new(null, null);

    public bool IsAll => After is null && UpTo is null;

    /// <summary>The condition, with its WHERE; empty for all rows.</summary>
    public string Where(IReadOnlyList<ColumnInfo> key)
    {
        List<string> conditions = [];
        if (After is not null) conditions.Add(Greater(key, After));
        if (UpTo is not null) conditions.Add(NotGreater(key, UpTo));
        return conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions);
    }

    /// <summary>(a &gt; x) OR (a = x AND b &gt; y), and a bound on the first column, which old optimisers need.</summary>
    private static string Greater(IReadOnlyList<ColumnInfo> key, byte[][] values)
    {
        if (key.Count == 1) return $"{key[0].Quoted} > {Literal(key[0], values[0])}";
        return $"{key[0].Quoted} >= {Literal(key[0], values[0])} AND ({Steps(key, values, ">", ">")})";
    }

    private static string NotGreater(IReadOnlyList<ColumnInfo> key, byte[][] values)
    {
        if (key.Count == 1) return $"{key[0].Quoted} <= {Literal(key[0], values[0])}";
        return $"{key[0].Quoted} <= {Literal(key[0], values[0])} AND ({Steps(key, values, "<", "<=")})";
    }

    private static string Steps(IReadOnlyList<ColumnInfo> key, byte[][] values, string sign, string lastSign)
    {
        var made = new StringBuilder();
        for (var i = 0; i < key.Count; i++)
        {
            if (i > 0) made.Append(" OR ");
            made.Append('(');
            for (var j = 0; j < i; j++) made.Append(CultureInfo.InvariantCulture, $"{key[j].Quoted} = {Literal(key[j], values[j])} AND ");
            made.Append(CultureInfo.InvariantCulture, $"{key[i].Quoted} {(i == key.Count - 1 ? lastSign : sign)} {Literal(key[i], values[i])})");
        }

        return made.ToString();
    }

    /// <summary>A value that compares with its column as the column compares with itself.</summary>
    public static string Literal(ColumnInfo column, byte[] value) => column.Type switch
    {
        "char" or "varchar" => $"_{column.Charset} x'{Convert.ToHexString(value)}'",
        "binary" or "varbinary" => $"x'{Convert.ToHexString(value)}'",
        "date" or "datetime" or "timestamp" => $"'{Plain(value)}'",
        _ => Plain(value),
    };

    private static string Plain(byte[] value) => Array.TrueForAll(value, static b => b is >= (byte)'0' and <= (byte)':' or (byte)'-' or (byte)'.' or (byte)' ')
        ? Encoding.ASCII.GetString(value)
        : throw new Wire.MySqlSyntaxException("A key's value is not what its type says.");
}

using System.Globalization;
using System.Text;

namespace Cassiopea.MySql;

/// <summary>What a statement changed.</summary>
/// <param name="Affected">Rows changed.</param>
/// <param name="Warnings">Warnings of the server.</param>
public readonly record struct MySqlOk(long Affected, int Warnings);

/// <summary>A column of a result.</summary>
/// <param name="Name">Its name or alias.</param>
/// <param name="Charset">Number of its collation; 63 = binary.</param>
/// <param name="Type">Type number of the protocol.</param>
/// <param name="Flags">Flag bits of the protocol.</param>
public readonly record struct MySqlColumn(string Name, int Charset, byte Type, ushort Flags);

/// <summary>A small result, held in memory.</summary>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its rows; null where a value is NULL.</param>
public sealed record MySqlResult(IReadOnlyList<MySqlColumn> Columns, IReadOnlyList<byte[]?[]> Rows)
{
    /// <summary>The only value of the first row as text; null when there is no row or it is NULL.</summary>
    public string? Scalar => Rows.Count == 0 ? null : Text(Rows[0][0]);

    /// <summary>The first row by column name, without regard to case; empty when there is none.</summary>
    public Dictionary<string, string?> First()
    {
        var row = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (Rows.Count > 0)
            for (var i = 0; i < Columns.Count; i++) row[Columns[i].Name] = Text(Rows[0][i]);
        return row;
    }

    /// <summary>A value as text (UTF-8); null when it is NULL.</summary>
    /// <param name="value">The value.</param>
    public static string? Text(byte[]? value) => value is null ? null : Encoding.UTF8.GetString(value);

    /// <summary>A value as a whole number; 0 when it is NULL.</summary>
    /// <param name="value">The value.</param>
    public static long Number(byte[]? value) =>
        value is null ? 0 : decimal.TryParse(Encoding.ASCII.GetString(value), NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? (long)Math.Min(number, long.MaxValue) : 0;
}

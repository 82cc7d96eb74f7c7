using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;

namespace Cassiopea.Databases;

/// <summary>A line of the old host's inventory that cannot be read.</summary>
internal sealed class InventoryException(int line, string problem) : Exception($"Line {line}: {problem}");

/// <summary>One database as the old host's inventory lists it: <c>member;database;host;port;tls;login;bytes;last_used</c>.</summary>
internal sealed record InventoryRow(string Member, FoundItem Item)
{
    public const string Header = "member;database;host;port;tls;login;bytes;last_used";

    private const int Columns = 8;

    /// <summary>Reads one line, numbered from 1; fields may stand in quotes (RFC 4180 §2), <c>bytes</c> and <c>last_used</c> may be empty.</summary>
    /// <exception cref="InventoryException">The line is not what the header says.</exception>
    public static InventoryRow Parse(string text, int line)
    {
        var fields = Split(text);
        if (fields.Count != Columns)
            throw new InventoryException(line, $"{fields.Count} fields instead of {Columns}: {Header}.");
        var (member, database, host, login) = (fields[0], fields[1], fields[2], fields[5]);
        if (member.Length == 0 || database.Length == 0)
            throw new InventoryException(line, "member or database is empty.");
        return new InventoryRow(member, new FoundItem(ItemKind.Database, database, Source(member, database, host, fields, login, line), Bytes(fields[6], line), LastUsed(fields[7], line)));
    }

    private static Endpoint? Source(string member, string database, string host, List<string> fields, string login, int line)
    {
        if (host.Length == 0)
            return null;
        if (!int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            throw new InventoryException(line, "port is not a number from 1 to 65535.");
        TlsPolicy tls = fields[4].ToLowerInvariant() switch
        {
            "implicit" => TlsPolicy.Implicit,
            "starttls" => TlsPolicy.StartTls,
            "none" => TlsPolicy.None,
            _ => throw new InventoryException(line, "tls is not implicit, starttls or none."),
        };
        return new Endpoint(StableId("endpoint", member, database, host), "mysql", host, port, tls, login.Length == 0 ? database : login, StableId("credential", member, database, host), Path: database);
    }

    private static long? Bytes(string field, int line) =>
        field.Length == 0 ? null
        : long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes
        : throw new InventoryException(line, "bytes is not a whole number.");

    private static DateTimeOffset? LastUsed(string field, int line) =>
        field.Length == 0 ? null
        : DateTimeOffset.TryParse(field, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at
        : throw new InventoryException(line, "last_used is not a date such as 2026-03-31 or 2026-03-31T08:00:00Z.");

    /// <summary>The same database gets the same id each time that it is found.</summary>
    private static Guid StableId(params ReadOnlySpan<string> of) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', of).ToLowerInvariant())).AsSpan(0, 16));

    private static List<string> Split(string text)
    {
        List<string> fields = [];
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"')
                field.Append(text[++i]);
            else if (c == '"')
                quoted = !quoted;
            else if (c == ';' && !quoted)
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
            }
            else
                field.Append(c);
        }

        fields.Add(field.ToString().Trim());
        return fields;
    }
}

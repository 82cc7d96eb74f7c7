using System.Text.RegularExpressions;

namespace Cassiopea.MySql.Schema;

/// <summary>One column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Lower-case type without length, for example <c>varchar</c>.</param>
/// <param name="FullType">For example <c>varchar(255)</c>.</param>
/// <param name="Charset">Character set; null when it is no text.</param>
/// <param name="Collation">Collation; null when it is no text.</param>
/// <param name="Nullable">True when NULL is allowed.</param>
/// <param name="Extra">The server's remarks.</param>
/// <param name="Characters">Longest text in characters; 0 when it is none.</param>
internal sealed partial record ColumnInfo(string Name, string Type, string FullType, string? Charset, string? Collation, bool Nullable, string Extra, long Characters)
{
    public string Quoted { get; } = MySqlConnection.Name(Name);

    /// <summary>Computed by the server from other columns: never loaded.</summary>
    public bool Generated { get; } = GeneratedWords().IsMatch(Extra);

    public bool IsText => Charset is not null && Type is "char" or "varchar" or "tinytext" or "text" or "mediumtext" or "longtext";

    public bool IsLarge => Type is "tinytext" or "text" or "mediumtext" or "longtext" or "tinyblob" or "blob" or "mediumblob" or "longblob" or "json" || IsGeometry;

    public bool IsGeometry => Type is "geometry" or "point" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon" or "geometrycollection" or "geomcollection";

    public bool IsBinary => IsGeometry || Type is "binary" or "varbinary" or "tinyblob" or "blob" or "mediumblob" or "longblob" or "bit";

    public bool HasDate => Type is "date" or "datetime" or "timestamp";

    /// <summary>Single precision loses digits as text; as a double it does not.</summary>
    public string Selected => Type == "float" ? $"{Quoted}+0e0" : Quoted;

    [GeneratedRegex(@"\b(VIRTUAL|STORED|PERSISTENT)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex GeneratedWords();
}

/// <summary>A part of an index.</summary>
internal sealed record IndexPart(string Column, long? Prefix, bool Nullable);

/// <summary>An index.</summary>
internal sealed record IndexInfo(string Name, bool Unique, string Kind, IReadOnlyList<IndexPart> Parts);

/// <summary>A base table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Engine">Storage engine; empty when the server cannot open it.</param>
/// <param name="RowFormat">As the server says.</param>
/// <param name="EstimatedRows">As the server guesses.</param>
/// <param name="DataBytes">Bytes of data.</param>
/// <param name="IndexBytes">Bytes of indexes.</param>
/// <param name="Options">Options given at its making.</param>
/// <param name="UpdatedAt">Last change as the server says; null when it does not.</param>
internal sealed record TableInfo(string Name, string Engine, string RowFormat, long EstimatedRows, long DataBytes, long IndexBytes, string Options, DateTimeOffset? UpdatedAt)
{
    private static readonly HashSet<string> KeyTypes = new(StringComparer.Ordinal)
    {
        "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "date", "datetime", "timestamp", "char", "varchar", "binary", "varbinary",
    };

    public string Quoted { get; } = MySqlConnection.Name(Name);

    public IReadOnlyList<ColumnInfo> Columns { get; set; } = [];

    public IReadOnlyList<IndexInfo> Indexes { get; set; } = [];

    /// <summary>Columns that are copied.</summary>
    public IReadOnlyList<ColumnInfo> Stored => [.. Columns.Where(static column => !column.Generated)];

    public bool Transactional => Engine.Equals("InnoDB", StringComparison.OrdinalIgnoreCase);

    /// <summary>Columns that order the rows and tell each from every other; empty when there is no such key.</summary>
    public IReadOnlyList<ColumnInfo> Key
    {
        get
        {
            foreach (var index in Indexes.Where(static i => i.Unique).OrderBy(static i => i.Name == "PRIMARY" ? 0 : 1).ThenBy(static i => i.Parts.Count))
            {
                if (index.Parts.Any(static part => part.Prefix is not null || part.Nullable)) continue;
                var columns = index.Parts.Select(part => Columns.FirstOrDefault(column => column.Name.Equals(part.Column, StringComparison.OrdinalIgnoreCase))).ToList();
                if (columns.TrueForAll(static column => column is { Generated: false } && KeyTypes.Contains(column.Type))) return columns!;
            }

            return [];
        }
    }
}

/// <summary>What a server says of itself.</summary>
internal sealed record ServerInfo(
    string Version, string SqlMode, long MaxAllowedPacket, bool LocalInfile, int LowerCaseTableNames, string Charset, string DatabaseCharset, string DatabaseCollation, bool BinaryLog, bool TrustsFunctions)
{
    /// <summary>MySQL 5.7 and later: a password's hash is given with the plugin that reads it.</summary>
    public bool KnowsPlugins => !IsMariaDb && (Version.Length > 1 && Version[1] != '.' || Version[0] > '5' || Version.StartsWith("5.7", StringComparison.Ordinal));

    public bool IsMariaDb => Version.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
}

/// <summary>What kind of object besides tables.</summary>
internal enum ObjectKind
{
    Function,
    Procedure,
    View,
    Trigger,
    Event,
}

/// <summary>An object besides tables.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Table">A trigger's table.</param>
internal sealed record ObjectInfo(ObjectKind Kind, string Name, string Table = "")
{
    public string Title => $"{Kind.ToString().ToLowerInvariant()} {Name}";
}

/// <summary>All that is in a database, without its rows.</summary>
/// <param name="Database">Its name.</param>
/// <param name="Server">The server.</param>
/// <param name="Tables">Base tables.</param>
/// <param name="Objects">Everything else.</param>
/// <param name="Other">Tables of kinds that are not moved, for example sequences.</param>
internal sealed record SchemaInfo(string Database, ServerInfo Server, IReadOnlyList<TableInfo> Tables, IReadOnlyList<ObjectInfo> Objects, IReadOnlyList<string> Other);

using System.Text.Json.Serialization;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Backups;

/// <summary>How a dump is written.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DumpFormat>))]
public enum DumpFormat
{
    /// <summary>SPIP 3 and later: an SQLite file.</summary>
    SpipSqlite,

    /// <summary>SPIP 1.3 to 2.1: XML, often gzipped.</summary>
    SpipXml,
}

/// <summary>A backup of a database among the files of a site. It stands in for access to the database where nobody has that.</summary>
/// <param name="File">Where it is.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Bytes">Size.</param>
/// <param name="ModifiedAt">Last change; null where the host does not tell.</param>
/// <param name="Tables">Tables and their rows; empty when it could not be read.</param>
/// <param name="Problem">Why it could not be read to its end; empty when it could.</param>
public sealed record SiteDump(SitePath File, DumpFormat Format, long Bytes, DateTimeOffset? ModifiedAt, IReadOnlyList<DumpTable> Tables, string Problem)
{
    /// <summary>True when it was read to its end and holds the site's articles: then it can replace access to the database.</summary>
    public bool IsWhole => Problem.Length == 0 && Tables.Any(static t => t.Name.EndsWith("_articles", StringComparison.Ordinal)) && Tables.Count > 3;
}

/// <summary>One table of a dump.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">Its rows.</param>
public sealed record DumpTable(string Name, long Rows);

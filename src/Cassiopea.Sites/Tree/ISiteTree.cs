using System.Text;

namespace Cassiopea.Sites.Tree;

/// <summary>The files of a site, wherever they are; only read.</summary>
public interface ISiteTree
{
    /// <summary>Every file, folder and link, a folder before what is in it. Names are bytes.</summary>
    /// <param name="token">Stops the listing.</param>
    IAsyncEnumerable<SiteEntry> ListAsync(CancellationToken token);

    /// <summary>Opens a file for one reading, from its first byte.</summary>
    /// <param name="path">As listed.</param>
    /// <param name="token">Stops the opening.</param>
    /// <exception cref="FileNotFoundException">It is not there any more.</exception>
    Task<Stream> OpenAsync(SitePath path, CancellationToken token);
}

/// <summary>What an entry is.</summary>
public enum SiteEntryKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link; it is never followed.</summary>
    Link,

    /// <summary>A socket, a device or what could not be looked at.</summary>
    Other,
}

/// <summary>One entry of a tree.</summary>
/// <param name="Path">From the tree's root.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">Size of a file, else 0.</param>
/// <param name="ModifiedAt">Last change; null where the host does not tell.</param>
/// <param name="LeadsTo">Of a link: where it leads, as written; empty when the host does not tell.</param>
public sealed record SiteEntry(SitePath Path, SiteEntryKind Kind, long Bytes, DateTimeOffset? ModifiedAt, SitePath LeadsTo = default);

/// <summary>A path from the tree's root, parts joined by <c>/</c>; names on old hosts are bytes in any encoding.</summary>
public readonly record struct SitePath
{
    private readonly string? _bytes;

    private SitePath(string bytes) => _bytes = bytes;

    /// <summary>The bytes, one per char (Latin-1).</summary>
    public string Bytes => _bytes ?? "";

    /// <summary>The last part, one byte per char.</summary>
    public string Name => Bytes[(Bytes.LastIndexOf('/') + 1)..];

    /// <summary>The folder it is in; empty at the root.</summary>
    public string Folder => Bytes.LastIndexOf('/') is var at and >= 0 ? Bytes[..at] : "";

    /// <summary>Orders paths by their bytes.</summary>
    public static IComparer<SitePath> InOrder { get; } = Comparer<SitePath>.Create(static (a, b) => string.CompareOrdinal(a.Bytes, b.Bytes));

    /// <summary>A path whose chars are bytes.</summary>
    /// <param name="bytes">One byte per char.</param>
    public static SitePath OfBytes(string bytes) => new(bytes);

    /// <summary>A path of text, in UTF-8.</summary>
    /// <param name="text">The path.</param>
    public static SitePath Of(string text) => new(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)));

    /// <summary>For people: UTF-8 where it is UTF-8, else Latin-1.</summary>
    public override string ToString() => Php.PhpLiteral.ToText(Bytes);
}

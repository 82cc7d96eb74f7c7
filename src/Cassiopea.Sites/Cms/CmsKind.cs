using Cassiopea.Sites.Tree;
using System.Text.Json.Serialization;

namespace Cassiopea.Sites.Cms;

/// <summary>What a site is made with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CmsKind>))]
public enum CmsKind
{
    /// <summary>Something of its own.</summary>
    None,

    /// <summary>SPIP 1.0 to 4.</summary>
    Spip,

    /// <summary>WordPress.</summary>
    WordPress,

    /// <summary>Drupal 6 to 10.</summary>
    Drupal,

    /// <summary>Joomla 1.0 to 5.</summary>
    Joomla,

    /// <summary>Dotclear 1 and 2.</summary>
    Dotclear,

    /// <summary>MediaWiki.</summary>
    MediaWiki,

    /// <summary>phpBB 2 and 3.</summary>
    PhpBb,

    /// <summary>DokuWiki: it has no database.</summary>
    DokuWiki,

    /// <summary>PrestaShop 1.4 to 8.</summary>
    PrestaShop,
}

/// <summary>A content management system found in a tree.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Version">As its files say; empty when they do not.</param>
/// <param name="Root">Its folder in the tree, one byte per char; empty for the tree's root.</param>
/// <param name="VersionFile">The file that told.</param>
/// <param name="Configurations">Its configuration files that are there.</param>
public sealed record CmsFound(CmsKind Kind, string Version, string Root, SitePath VersionFile, IReadOnlyList<SitePath> Configurations);

namespace Cassiopea.Sites.Configuration;

/// <summary>Where a site's database is from now on.</summary>
/// <param name="Host">Server.</param>
/// <param name="Port">TCP port; null = the usual one.</param>
/// <param name="User">Login name.</param>
/// <param name="Password">Written into the configuration, and nowhere else.</param>
/// <param name="Name">The database.</param>
/// <param name="Prefix">What the tables begin with; null = as before.</param>
public sealed record DatabasePlace(string Host, int? Port, string User, Secret Password, string Name, string? Prefix = null);

/// <summary>What is to be changed in the configurations of a site.</summary>
/// <param name="Databases">The new place of each old database, by the old database's name (of an SQLite file there is none).</param>
/// <param name="Prefixes">Old and new beginnings of paths and addresses: document roots, and addresses where they change.</param>
/// <param name="ModernPhp">The target runs PHP 7 or later: the driver <c>mysql</c> is gone and becomes <c>mysqli</c>.</param>
public sealed record ConfigurationWish(IReadOnlyDictionary<string, DatabasePlace> Databases, IReadOnlyList<KeyValuePair<string, string>> Prefixes, bool ModernPhp);

/// <summary>One place that was changed; never what stood there or stands there now.</summary>
/// <param name="Line">From 1, in the original.</param>
/// <param name="Key">Which setting, or <c>path</c>.</param>
public sealed record ConfigurationEdit(int Line, string Key);

/// <summary>A configuration for the new place.</summary>
/// <param name="File">Where it goes.</param>
/// <param name="Content">Its bytes: all but the edits are those of the original. They hold a password.</param>
/// <param name="Edits">What was changed.</param>
/// <param name="KeptFile">Where the original is kept at the target.</param>
/// <param name="KeptContent">Its bytes behind a head that keeps the web from reading them.</param>
public sealed record RewrittenConfiguration(
    Tree.SitePath File,
    [property: System.Text.Json.Serialization.JsonIgnore] byte[] Content,
    IReadOnlyList<ConfigurationEdit> Edits,
    Tree.SitePath KeptFile,
    [property: System.Text.Json.Serialization.JsonIgnore] byte[] KeptContent)
{
    /// <summary>Which file, and how many edits.</summary>
    public override string ToString() => $"{File}: {Edits.Count} edits";
}

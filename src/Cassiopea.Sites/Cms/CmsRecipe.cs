namespace Cassiopea.Sites.Cms;

/// <summary>A part of a database's address.</summary>
internal enum DatabaseField
{
    /// <summary>Server; in some systems with <c>:port</c> or <c>:/socket</c>.</summary>
    Host,
    Port,
    Socket,
    User,
    Password,
    Name,
    Prefix,
    Driver,

    /// <summary>All in one: <c>mysqli://user:password@host/name</c>.</summary>
    Url,
}

/// <summary>Where one field stands in a configuration.</summary>
/// <param name="Key">As <see cref="Php.PhpSetting"/> names it.</param>
/// <param name="Field">What it means.</param>
internal sealed record CmsField(string Key, DatabaseField Field);

/// <summary>One kind of configuration file.</summary>
/// <param name="Pattern">Path under the system's root; <c>*</c> stands for any one name; <c>../</c> for the folder above.</param>
/// <param name="Fields">What it holds.</param>
internal sealed record CmsConfiguration(string Pattern, IReadOnlyList<CmsField> Fields);

/// <summary>How a system is recognised and where it says what.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Marker">A file that only this system has, under its root.</param>
/// <param name="Version">Reads the version; null when it is not that system after all.</param>
/// <param name="Configurations">Its configuration files.</param>
/// <param name="Caches">Files and folders to delete after the configuration changed, under the root.</param>
/// <param name="Writable">Folders that the web server must be able to write.</param>
internal sealed record CmsRecipe(
    CmsKind Kind,
    string Marker,
    Func<CmsVersionText, string?> Version,
    IReadOnlyList<CmsConfiguration> Configurations,
    IReadOnlyList<string> Caches,
    IReadOnlyList<string> Writable)
{
    /// <summary>Where the version stands when that is not the marker.</summary>
    public string VersionFile { get; init; } = Marker;
}

using Cassiopea.Sites.Backups;
using Cassiopea.Sites.Cms;
using Cassiopea.Sites.Compatibility;
using Cassiopea.Sites.Configuration;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Survey;

/// <summary>An extension of PHP that the site uses.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="Needed">False when the site asks first whether it is there.</param>
/// <param name="AtTarget">The target has it.</param>
public sealed record ExtensionUse(string Name, bool Needed, bool AtTarget);

/// <summary>How the content of the database can be had.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<DatabaseAccess>))]
public enum DatabaseAccess
{
    /// <summary>No configuration names a database.</summary>
    NoDatabase,

    /// <summary>The site's configuration names it and its login.</summary>
    Configuration,

    /// <summary>Only by a backup among the files.</summary>
    Backup,

    /// <summary>A system that needs one is there, but neither its login nor a backup.</summary>
    Unknown,
}

/// <summary>What a site is made of.</summary>
/// <param name="Files">Files.</param>
/// <param name="Folders">Folders.</param>
/// <param name="Links">Symbolic links and others that are not copied as they are.</param>
/// <param name="Bytes">Bytes of all files.</param>
/// <param name="LastChangeAt">The latest change; null where the host does not tell.</param>
/// <param name="PhpFiles">PHP files that were read.</param>
/// <param name="Unreadable">Files that could not be read, with the reason.</param>
/// <param name="Systems">Systems found.</param>
/// <param name="Databases">Databases that configurations and code name, with their logins.</param>
/// <param name="Access">How the content of the database can be had.</param>
/// <param name="Dumps">Backups of the database among the files.</param>
/// <param name="Extensions">Extensions of PHP that are used.</param>
/// <param name="Findings">What matters for the move; at most <see cref="SiteSurveyOptions.MostFindings"/>.</param>
/// <param name="FindingCount">How many there were.</param>
/// <param name="Statistics">Files of visit statistics.</param>
/// <param name="Source">The profile of the old host.</param>
/// <param name="Target">The profile of the new one.</param>
public sealed record SiteSurveyResult(
    long Files,
    long Folders,
    long Links,
    long Bytes,
    DateTimeOffset? LastChangeAt,
    int PhpFiles,
    IReadOnlyList<KeyValuePair<string, string>> Unreadable,
    IReadOnlyList<CmsFound> Systems,
    IReadOnlyList<DatabaseCredentials> Databases,
    DatabaseAccess Access,
    IReadOnlyList<SiteDump> Dumps,
    IReadOnlyList<ExtensionUse> Extensions,
    IReadOnlyList<SiteFinding> Findings,
    long FindingCount,
    IReadOnlyList<SitePath> Statistics,
    string Source,
    string Target)
{
    /// <summary>Extensions that the site cannot do without and the target does not have.</summary>
    public IEnumerable<string> Missing => Extensions.Where(static e => e is { Needed: true, AtTarget: false }).Select(static e => e.Name);

    /// <summary>Paths of files and folders that a configuration plan asks for.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<SitePath> Paths { get; init; } = [];
}

/// <summary>What is asked of a survey.</summary>
public sealed record SiteSurveyOptions
{
    /// <summary>The old host.</summary>
    public Profiles.HostingProfile Source { get; init; } = Profiles.HostingProfile.OldHost;

    /// <summary>The new one; PHP 8.2 where it is not known.</summary>
    public Profiles.HostingProfile Target { get; init; } = Profiles.HostingProfile.Find("php-8.2")!;

    /// <summary>Old document roots: paths below them are findings.</summary>
    public IReadOnlyList<string> OldRoots { get; init; } = [];

    /// <summary>Files read at once.</summary>
    public int Readers { get; init; } = 4;

    /// <summary>Most findings kept, the weightiest first.</summary>
    public int MostFindings { get; init; } = 5000;
}

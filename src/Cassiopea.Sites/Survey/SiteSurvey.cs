using Cassiopea.Sites.Apache;
using Cassiopea.Sites.Backups;
using Cassiopea.Sites.Cms;
using Cassiopea.Sites.Compatibility;
using Cassiopea.Sites.Configuration;
using Cassiopea.Sites.Php;
using Cassiopea.Sites.Statistics;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Survey;

/// <summary>Lists a site once, then reads its PHP, its Apache settings and its backups. Writes nothing there.</summary>
public static class SiteSurvey
{
    private static readonly string[] PhpNames = [".php", ".php3", ".php4", ".php5", ".phtml", ".inc", ".module", ".install", ".theme", ".engine", ".profile"];

    /// <summary>Surveys a site.</summary>
    /// <param name="tree">The site.</param>
    /// <param name="options">What is asked.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<SiteSurveyResult> RunAsync(ISiteTree tree, SiteSurveyOptions options, CancellationToken token)
    {
        SiteListing listing = new();
        await foreach (var entry in tree.ListAsync(token))
            listing.Add(entry);

        var systems = await CmsScan.RunAsync(tree, listing.Paths, token);
        var caches = systems.SelectMany(CmsScan.CachesOf).ToList();
        SiteReading reading = new(tree, options);
        var wanted = listing.Entries.Where(e => IsRead(e.Path) && !caches.Exists(c => e.Path.Bytes == c || e.Path.Bytes.StartsWith(c + "/", StringComparison.Ordinal)));
        await Parallel.ForEachAsync(wanted, new ParallelOptions { MaxDegreeOfParallelism = options.Readers, CancellationToken = token }, async (entry, stop) => await reading.ReadAsync(entry, stop));

        List<DatabaseCredentials> databases = [];
        foreach (var system in systems)
            databases.AddRange(await ConfigurationReader.ReadAsync(tree, system, token));
        databases.AddRange(reading.Connections.Where(c => !databases.Exists(d => d.File == c.File)).OrderBy(static c => c.File, SitePath.InOrder));

        List<SiteDump> dumps = [];
        foreach (var entry in listing.Entries.Where(static e => DumpReader.FormatOf(e.Path) is not null))
            dumps.Add(await DumpReader.ReadAsync(tree, entry, token));

        var findings = reading.Findings();
        return new SiteSurveyResult(
            listing.Files, listing.Folders, listing.Links, listing.Bytes, listing.LastChangeAt, reading.PhpFiles, reading.Unreadable, systems, databases, AccessOf(systems, databases, dumps), dumps,
            reading.Extensions(), [.. findings.Take(options.MostFindings)], findings.Count, [.. listing.Paths.Where(StatisticsReader.Wants)], options.Source.Name, options.Target.Name)
        {
            Paths = [.. listing.Paths],
        };
    }

    private static DatabaseAccess AccessOf(IReadOnlyList<CmsFound> systems, List<DatabaseCredentials> databases, List<SiteDump> dumps) =>
        databases.Exists(static d => d.Driver != "sqlite") ? DatabaseAccess.Configuration
        : dumps.Exists(static d => d.IsWhole) ? DatabaseAccess.Backup
        : systems.Any(static s => s.Kind != CmsKind.DokuWiki) && databases.Count == 0 ? DatabaseAccess.Unknown
        : DatabaseAccess.NoDatabase;

    internal static bool IsPhp(SitePath path) => PhpNames.Any(n => path.Name.EndsWith(n, StringComparison.OrdinalIgnoreCase));

    private static bool IsRead(SitePath path) => IsPhp(path) || path.Name is ".htaccess" or ".user.ini" or "php.ini" or "php5.ini";
}

/// <summary>Counts of a listing, and those of its paths that anybody asks for.</summary>
internal sealed class SiteListing
{
    private readonly List<SiteEntry> _entries = [];
    private readonly List<SitePath> _folders = [];

    public long Files { get; private set; }

    public long Folders => _folders.Count;

    public long Links { get; private set; }

    public long Bytes { get; private set; }

    public DateTimeOffset? LastChangeAt { get; private set; }

    /// <summary>Files worth a look; images and the like are only counted.</summary>
    public IReadOnlyList<SiteEntry> Entries => _entries;

    public IEnumerable<SitePath> Paths => _entries.Select(static e => e.Path).Concat(_folders);

    public void Add(SiteEntry entry)
    {
        switch (entry.Kind)
        {
            case SiteEntryKind.Folder:
                _folders.Add(entry.Path);
                return;
            case SiteEntryKind.File:
                Files++;
                Bytes += entry.Bytes;
                if (entry.ModifiedAt is { } at && at > (LastChangeAt ?? DateTimeOffset.MinValue))
                    LastChangeAt = at;
                break;
            default:
                Links++;
                return;
        }

        if (CmsScan.Wants(entry.Path) || SiteSurvey.IsPhp(entry.Path) || StatisticsReader.Wants(entry.Path) || DumpReader.FormatOf(entry.Path) is not null || entry.Path.Name is ".htaccess" or ".user.ini" or "php.ini" or "php5.ini")
            _entries.Add(entry);
    }
}

/// <summary>What the reading of single files gathers; several are read at once.</summary>
internal sealed class SiteReading(ISiteTree tree, SiteSurveyOptions options)
{
    private readonly Lock _lock = new();
    private readonly List<SiteFinding> _findings = [];
    private readonly HashSet<string> _defined = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, bool> _extensions = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<KeyValuePair<string, string>> _unreadable = [];

    public List<DatabaseCredentials> Connections { get; } = [];

    public int PhpFiles { get; private set; }

    public IReadOnlyList<KeyValuePair<string, string>> Unreadable => _unreadable;

    public async Task ReadAsync(SiteEntry entry, CancellationToken token)
    {
        if (entry.Bytes > PhpFile.LongestBytes)
        {
            lock (_lock)
                _unreadable.Add(new(entry.Path.ToString(), "It is larger than 8 MB and was not read."));
            return;
        }

        byte[]? bytes;
        try
        {
            bytes = await tree.ReadAsync(entry.Path, PhpFile.LongestBytes, token);
        }
        catch (IOException e) when (!token.IsCancellationRequested)
        {
            lock (_lock)
                _unreadable.Add(new(entry.Path.ToString(), e.Message));
            return;
        }

        if (bytes is null)
            return;
        if (!SiteSurvey.IsPhp(entry.Path))
        {
            var found = entry.Path.Name == ".htaccess" ? HtaccessFindings.Of(entry.Path, bytes, options.Target.PhpVersion, options.OldRoots) : HtaccessFindings.OfIni(entry.Path, bytes, options.Target.PhpVersion);
            lock (_lock)
                _findings.AddRange(found);
            return;
        }

        var inspection = PhpInspection.Of(PhpFile.Parse(bytes), entry.Path, options.Target.PhpVersion, options.OldRoots);
        lock (_lock)
        {
            PhpFiles++;
            _findings.AddRange(inspection.Findings);
            _defined.UnionWith(inspection.Defines);
            foreach (var (name, needed) in inspection.Extensions)
                _extensions[name] = _extensions.GetValueOrDefault(name) || needed;
            if (inspection.Connection is { } connection)
                Connections.Add(connection);
        }
    }

    /// <summary>Weightiest first, then by file and line. What the site defines itself is no missing function.</summary>
    public List<SiteFinding> Findings() =>
    [
        .. _findings.Where(f => f.Code is not ("removed-function" or "deprecated-function") || f.Subject == "__autoload" || !_defined.Contains(f.Subject))
            .OrderByDescending(static f => f.Weight).ThenBy(static f => f.File, SitePath.InOrder).ThenBy(static f => f.Line).ThenBy(static f => f.Code, StringComparer.Ordinal),
    ];

    public IReadOnlyList<ExtensionUse> Extensions() =>
        [.. _extensions.OrderBy(static e => e.Key, StringComparer.Ordinal).Select(e => new ExtensionUse(e.Key, e.Value, options.Target.Extensions.Contains(e.Key, StringComparer.OrdinalIgnoreCase)))];
}

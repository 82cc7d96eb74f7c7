using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Site;

/// <summary>How a site is copied or verified.</summary>
public sealed record SiteCopyOptions
{
    /// <summary>Connections per end; fewer when a server turns some away.</summary>
    /// <value>4; from 1 to 32.</value>
    public int Connections { get; init; } = 4;

    /// <summary>Most bytes per second; 0 = no limit.</summary>
    /// <value>0.</value>
    public long BytesPerSecond { get; init; }

    /// <summary>Only say what would be done; nothing is written at the target.</summary>
    /// <value>false.</value>
    public bool DryRun { get; init; }

    /// <summary>
    /// Left out, counted and listed: patterns of paths below the root, <c>*</c> for anything within a level, <c>**</c> for any levels; a pattern without
    /// <c>/</c> fits a name at any level. For example <c>tmp/cache</c>, <c>*.log</c>.
    /// </summary>
    public IReadOnlyList<string> Excludes { get; init; } = [];

    /// <summary>Delete at the target what the source no longer has; each is listed. Only after a pass that read the whole source.</summary>
    /// <value>false.</value>
    public bool DeleteExtra { get; init; }

    /// <summary>Verification: of 100 files, how many are read; each at both ends.</summary>
    /// <value>100.</value>
    public int SamplePercent { get; init; } = 100;

    /// <summary>Verification: file that receives one line per file, <c>sha256  size  path</c>; null = none.</summary>
    public string? Manifest { get; init; }

    /// <summary>Longest time without anything arriving, over all reconnections, before the run ends as interrupted.</summary>
    /// <value>5 min.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>First pause after a server asked to slow down; doubled each time.</summary>
    /// <value>500 ms.</value>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How each session behaves.</summary>
    public SiteSessionOptions Session { get; init; } = new();

    /// <summary>Called with how far it is, at most once per <see cref="ProgressEvery"/>, and once at the end.</summary>
    public Action<ProgressSnapshot>? Progress { get; init; }

    /// <summary>Least time between two calls of <see cref="Progress"/>.</summary>
    /// <value>1 s.</value>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(1);
}

using System.Security.Cryptography.X509Certificates;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>How rows are written at the target.</summary>
public enum WriteMethod
{
    /// <summary>LOAD DATA LOCAL where the target allows it, else INSERT.</summary>
    Auto,

    /// <summary>INSERT of many rows at once.</summary>
    Insert,
}

/// <summary>How a database is copied, verified or dumped.</summary>
public sealed record DatabaseCopyOptions
{
    /// <summary>Connections per end.</summary>
    /// <value>4; from 1 to 8.</value>
    public int Connections { get; init; } = 4;

    /// <summary>Most bytes of rows per second; 0 = no limit.</summary>
    /// <value>0.</value>
    public long BytesPerSecond { get; init; }

    /// <summary>Only check and say what would be done. Nothing is written at the target.</summary>
    /// <value>false.</value>
    public bool DryRun { get; init; }

    /// <summary>How rows are written.</summary>
    /// <value>Auto.</value>
    public WriteMethod Method { get; init; }

    /// <summary>Source tables left out with their triggers, counted as excluded.</summary>
    public IReadOnlyList<string> ExcludedTables { get; init; } = [];

    /// <summary>Names of the source that begin with this …</summary>
    /// <value>Empty: names stay.</value>
    public string OldPrefix { get; init; } = "";

    /// <summary>… begin with this at the target.</summary>
    /// <value>Empty: names stay.</value>
    public string NewPrefix { get; init; } = "";

    /// <summary>Size at which a table is cut into chunks, bytes as the source estimates them.</summary>
    /// <value>16 MB.</value>
    public long ChunkBytes { get; init; } = 16 << 20;

    /// <summary>Most rows of a chunk.</summary>
    /// <value>100,000.</value>
    public int ChunkRows { get; init; } = 100_000;

    /// <summary>Events run at the target at once. Otherwise they are made disabled, since both places would run them until the cut-over.</summary>
    /// <value>false.</value>
    public bool EnableEvents { get; init; }

    /// <summary>Codes of findings that would stop the copy and were accepted by a person (<see cref="Finding.Code"/>).</summary>
    public IReadOnlyCollection<string> AcceptedFindings { get; init; } = [];

    /// <summary>Longest wait for the short lock under which all connections take the same snapshot; beyond it each takes its own.</summary>
    /// <value>2 s.</value>
    public TimeSpan SnapshotLock { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest time without a byte while rows flow; starts anew with each.</summary>
    /// <value>60 s.</value>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time without any chunk arriving, over all reconnections, before the run ends as interrupted.</summary>
    /// <value>5 min.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Called with how far it is, at most once per <see cref="ProgressEvery"/>, and once at the end.</summary>
    public Action<ProgressSnapshot>? Progress { get; init; }

    /// <summary>Least time between two calls of <see cref="Progress"/>.</summary>
    /// <value>1 s.</value>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Certificates to trust instead of the system's; null = the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }
}

/// <summary>What a check before the first row found.</summary>
/// <param name="Code">Kebab-case, for example <c>row-too-large</c>.</param>
/// <param name="Item">Table, column or server.</param>
/// <param name="Text">What is the matter.</param>
/// <param name="Action">Who must do what.</param>
/// <param name="Blocks">True when nothing is copied until it is solved or accepted.</param>
public sealed record Finding(string Code, string Item, string Text, string Action, bool Blocks);

/// <summary>Something that differs at the target on purpose.</summary>
/// <param name="Item">For example <c>view totals</c>.</param>
/// <param name="Text">What was changed.</param>
public sealed record DatabaseChange(string Item, string Text);

using System.ComponentModel.DataAnnotations;

namespace Cassiopea.Databases;

/// <summary>Section <c>Databases</c>. How often and how many per server is in section <c>Jobs</c>.</summary>
internal sealed class DatabasesOptions
{
    /// <summary>The old host's list of databases, <c>member;database;host;port;tls;login;bytes;last_used</c>; empty = there is none, databases are <i>not surveyed</i>.</summary>
    /// <value>Empty.</value>
    public string InventoryFile { get; set; } = "";

    /// <summary>Where the journals of transfers are kept, one folder per database. Instances of this service share it.</summary>
    /// <value><c>journals</c> under the working directory.</value>
    /// <remarks>When it is lost, the next pass compares by hash: what is equal stays, and tables of the target that differ are not written to.</remarks>
    [Required, MinLength(1)]
    public string JournalDirectory { get; set; } = "journals";

    /// <summary>First copies and deltas that this process runs at once; as many verifications besides.</summary>
    /// <value>2.</value>
    [Range(1, 64)]
    public int BulkWorkers { get; set; } = 2;

    /// <summary>Passes of a cut-over that this process runs at once, besides the others: they never wait behind first copies.</summary>
    /// <value>2.</value>
    [Range(1, 64)]
    public int CutOverWorkers { get; set; } = 2;

    /// <summary>Surveys that this process runs at once.</summary>
    /// <value>4.</value>
    [Range(1, 64)]
    public int SurveyWorkers { get; set; } = 4;

    /// <summary>Connections per database and side.</summary>
    /// <value>2: shared hosts count them.</value>
    [Range(1, 8)]
    public int Connections { get; set; } = 2;

    /// <summary>Most bytes per second of one pass; 0 = no limit.</summary>
    /// <value>0.</value>
    [Range(0, long.MaxValue)]
    public long BytesPerSecond { get; set; }

    /// <summary>Longest time without a byte from a server while rows flow.</summary>
    /// <value>60 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Idle { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time without any chunk arriving, over all reconnections, before a pass gives its slot back and is tried again later.</summary>
    /// <value>2 min.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>PEM file of certificates to trust instead of the system's; empty = the system's. For a lab.</summary>
    /// <value>Empty.</value>
    public string TrustedRootsFile { get; set; } = "";
}

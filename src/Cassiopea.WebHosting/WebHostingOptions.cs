using System.ComponentModel.DataAnnotations;

namespace Cassiopea.WebHosting;

/// <summary>Section <c>WebHosting</c>. How often and how many per server is in section <c>Jobs</c>.</summary>
internal sealed class WebHostingOptions
{
    /// <summary>The old host's list of sites, <c>member;site;host;port;tls;login;bytes;last_used</c> and <c>;path</c>; empty = there is none, sites are <i>not surveyed</i>.</summary>
    /// <value>Empty.</value>
    public string InventoryFile { get; set; } = "";

    /// <summary>Where journals, listings and statistics are kept, one folder per site. Instances of this service share it.</summary>
    /// <value><c>sites</c> under the working directory.</value>
    [Required, MinLength(1)]
    public string JournalDirectory { get; set; } = "sites";

    /// <summary>Where files for the member are kept until the migration is over: visit statistics and backups. The gateway reads it for downloads (<c>Gateway:ArchiveDirectory</c>).</summary>
    /// <value><c>archives</c> under the working directory.</value>
    [Required, MinLength(1)]
    public string ArchiveDirectory { get; set; } = "archives";

    /// <summary>First copies and deltas that this process runs at once; as many verifications besides.</summary>
    /// <value>4.</value>
    [Range(1, 64)]
    public int BulkWorkers { get; set; } = 4;

    /// <summary>Passes and configurations of a cut-over that this process runs at once, besides the others.</summary>
    /// <value>2.</value>
    [Range(1, 64)]
    public int CutOverWorkers { get; set; } = 2;

    /// <summary>Surveys that this process runs at once.</summary>
    /// <value>2.</value>
    [Range(1, 64)]
    public int SurveyWorkers { get; set; } = 2;

    /// <summary>Connections per site and side; fewer when the server refuses more. Old hosts often allow two to five per address.</summary>
    /// <value>4.</value>
    [Range(1, 32)]
    public int Connections { get; set; } = 4;

    /// <summary>Most bytes per second of one pass; 0 = no limit.</summary>
    /// <value>0.</value>
    [Range(0, long.MaxValue)]
    public long BytesPerSecond { get; set; }

    /// <summary>Longest time without an octet from a server, or for one page, while one is waited for.</summary>
    /// <value>60 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Idle { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>What the new host runs: <c>php-7.4</c>, <c>php-8.1</c>, <c>php-8.2</c>, <c>php-8.3</c>, or a file with a profile.</summary>
    /// <value><c>php-8.2</c>.</value>
    [Required, MinLength(1)]
    public string TargetProfile { get; set; } = "php-8.2";

    /// <summary>Web server of the old place; empty = the address that the site's name leads to now.</summary>
    /// <value>Empty.</value>
    public string OldWebHost { get; set; } = "";

    /// <summary>Web server of the new place; empty = the host that the files go to.</summary>
    /// <value>Empty.</value>
    public string NewWebHost { get; set; } = "";

    /// <summary>TCP port of the old web server.</summary>
    /// <value>80.</value>
    [Range(1, 65535)]
    public int OldWebPort { get; set; } = 80;

    /// <summary>TCP port of the new web server.</summary>
    /// <value>80.</value>
    [Range(1, 65535)]
    public int NewWebPort { get; set; } = 80;

    /// <summary>PEM file of certificates to trust instead of the system's; empty = the system's. For a lab.</summary>
    /// <value>Empty.</value>
    public string TrustedRootsFile { get; set; } = "";

    /// <summary>File of SSH host keys that are trusted; empty = the system's.</summary>
    /// <value>Empty.</value>
    public string KnownHostsFile { get; set; } = "";
}

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

    /// <summary>Size at which a part of an archive is closed.</summary>
    /// <value>2,000,000,000: below what old file systems and browsers take.</value>
    [Range(1024, 2_000_000_000)]
    public long ArchivePartBytes { get; set; } = 2_000_000_000;

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

    /// <summary>What the old host runs: <c>php-5.4</c> (PHP 5.4.45, MySQL 5.5.54), or a file with a profile.</summary>
    /// <value><c>php-5.4</c>.</value>
    [Required, MinLength(1)]
    public string SourceProfile { get; set; } = "php-5.4";

    /// <summary>What the new host runs: <c>php-7.4</c>, <c>php-8.1</c>, <c>php-8.2</c>, <c>php-8.3</c>, or a file with a profile.</summary>
    /// <value><c>php-8.2</c>.</value>
    [Required, MinLength(1)]
    public string TargetProfile { get; set; } = "php-8.2";

    /// <summary>Database server that configurations mean by <c>localhost</c>; empty = the host of the files.</summary>
    /// <value>Empty.</value>
    public string LocalDatabaseHost { get; set; } = "";

    /// <summary>How connections to databases that are found in configurations must be protected.</summary>
    /// <value>StartTls; None only for an old server that offers no TLS.</value>
    public Contracts.TlsPolicy FoundDatabaseTls { get; set; } = Contracts.TlsPolicy.StartTls;

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

    /// <summary>TCP port where the old web server speaks TLS.</summary>
    /// <value>443.</value>
    [Range(1, 65535)]
    public int OldTlsPort { get; set; } = 443;

    /// <summary>TCP port where the new web server speaks TLS.</summary>
    /// <value>443.</value>
    [Range(1, 65535)]
    public int NewTlsPort { get; set; } = 443;

    /// <summary>Permission bits, in octal, of folders that the site's program writes into at the new place.</summary>
    /// <value>775; 755 where PHP runs as the login itself, 777 where an old host leaves no other way.</value>
    [Required, RegularExpression("^[0-7]{3}$")]
    public string WritableMode { get; set; } = "775";

    /// <summary>PEM file of certificates to trust instead of the system's; empty = the system's. For a lab.</summary>
    /// <value>Empty.</value>
    public string TrustedRootsFile { get; set; } = "";

    /// <summary>File of SSH host keys that are trusted; empty = the system's.</summary>
    /// <value>Empty.</value>
    public string KnownHostsFile { get; set; } = "";
}

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

    /// <summary>Where archives of databases are kept until the migration is over: one folder with those of mailboxes. Instances of this service share it, and the gateway reads it for downloads (<c>Gateway:ArchiveDirectory</c>).</summary>
    /// <value><c>archives</c> under the working directory.</value>
    [Required, MinLength(1)]
    public string ArchiveDirectory { get; set; } = "archives";

    /// <summary>Size from which a file of an archive is ended, bytes; one row may go beyond it.</summary>
    /// <value>2,000,000,000.</value>
    [Range(1_000, long.MaxValue)]
    public long ArchivePartBytes { get; set; } = 2_000_000_000;

    /// <summary>The old host's own accounts that may make others: needed only to make read-only accounts.</summary>
    /// <value>Empty: staff make them by hand.</value>
    public IList<OldAdministrator> Administrators { get; } = [];

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

    /// <summary>Most rows of a chunk: what a broken pass may have to send again per connection.</summary>
    /// <value>100,000.</value>
    [Range(100, 10_000_000)]
    public int ChunkRows { get; set; } = 100_000;

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

/// <summary>An account of the old host's administrators at one of its servers.</summary>
internal sealed class OldAdministrator
{
    /// <summary>The server, as databases' endpoints name it.</summary>
    [Required, MinLength(1)]
    public string Host { get; set; } = "";

    /// <summary>Its port.</summary>
    /// <value>3306.</value>
    [Range(1, 65535)]
    public int Port { get; set; } = 3306;

    /// <summary>Login name; it needs CREATE USER, and the rights that it passes on WITH GRANT OPTION.</summary>
    [Required, MinLength(1)]
    public string Login { get; set; } = "";

    /// <summary>File with its password, readable by this service only.</summary>
    [Required, MinLength(1)]
    public string PasswordFile { get; set; } = "";
}

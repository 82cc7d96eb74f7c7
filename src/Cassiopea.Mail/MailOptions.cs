using System.ComponentModel.DataAnnotations;

namespace Cassiopea.Mail;

/// <summary>Section <c>Mail</c>. How often and how many per server is in section <c>Jobs</c>.</summary>
internal sealed class MailOptions
{
    /// <summary>The old host's list of mailboxes, <c>member;mailbox;host;port;tls;login;bytes;last_used</c>; empty = there is none, mailboxes are <i>not surveyed</i>.</summary>
    /// <value>Empty.</value>
    public string InventoryFile { get; set; } = "";

    /// <summary>Dovecot's log of logins at the old host, as its administrators copied it; rotated copies beside it (<c>.1</c>, <c>.2.gz</c>, <c>-20261101</c>) are read too. Empty = there is none, protocols are <i>unknown</i>.</summary>
    /// <value>Empty.</value>
    public string LoginLogFile { get; set; } = "";

    /// <summary>Zone of the log's times that name none.</summary>
    /// <value>Europe/Brussels.</value>
    public string LoginLogTimeZone { get; set; } = "Europe/Brussels";

    /// <summary>How far back logins count as use.</summary>
    /// <value>90 days.</value>
    [Range(typeof(TimeSpan), "1.00:00:00", "730.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan LoginDays { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Addresses or networks (<c>192.0.2.7</c>, <c>2001:db8::/64</c>) of the webmail, as client or as the address that it connects to.</summary>
    /// <value>None: the webmail's logins count as IMAP.</value>
    public IReadOnlyList<string> WebmailAddresses { get; set; } = [];

    /// <summary>The old host's Postfix virtual alias maps, in text form.</summary>
    /// <value>None.</value>
    public IReadOnlyList<string> VirtualAliasFiles { get; set; } = [];

    /// <summary>Aliases, forwards and catch-alls from elsewhere, <c>kind;address;targets</c>; empty = none.</summary>
    /// <value>Empty.</value>
    public string RoutesFile { get; set; } = "";

    /// <summary>Folder of the active Sieve scripts, <c>LOGIN.sieve</c>, for automatic replies; empty = none.</summary>
    /// <value>Empty.</value>
    public string SieveDirectory { get; set; } = "";

    /// <summary>Folder of address books, <c>LOGIN.vcf</c> (vCard 3.0 or 4.0); empty = none.</summary>
    /// <value>Empty.</value>
    public string AddressBookDirectory { get; set; } = "";

    /// <summary>Copy of Roundcube's SQLite database, for its address books; empty = none.</summary>
    /// <value>Empty.</value>
    public string RoundcubeDatabase { get; set; } = "";

    /// <summary>Where the journals of transfers are kept, one folder per mailbox. Instances of this service share it.</summary>
    /// <value><c>journals</c> under the working directory.</value>
    /// <remarks>When it is lost, the next pass finds what is there by content: slower, nothing comes twice.</remarks>
    [Required, MinLength(1)]
    public string JournalDirectory { get; set; } = "journals";

    /// <summary>Where archives of mailboxes are kept until the migration is over. Instances of this service share it, and the gateway reads it for downloads (<c>Gateway:ArchiveDirectory</c>).</summary>
    /// <value><c>archives</c> under the working directory.</value>
    [Required, MinLength(1)]
    public string ArchiveDirectory { get; set; } = "archives";

    /// <summary>Size at which a part of an archive is closed.</summary>
    /// <value>2,000,000,000: below what old file systems and browsers take.</value>
    [Range(64 * 1024, 2_000_000_000)]
    public long ArchivePartBytes { get; set; } = 2_000_000_000;

    /// <summary>First copies and deltas that this process runs at once; as many verifications besides.</summary>
    /// <value>4.</value>
    [Range(1, 64)]
    public int BulkWorkers { get; set; } = 4;

    /// <summary>Passes of a cut-over that this process runs at once, besides the others: they never wait behind first copies.</summary>
    /// <value>2.</value>
    [Range(1, 64)]
    public int CutOverWorkers { get; set; } = 2;

    /// <summary>Surveys that this process runs at once.</summary>
    /// <value>4.</value>
    [Range(1, 64)]
    public int SurveyWorkers { get; set; } = 4;

    /// <summary>Connections per mailbox and side; the engine uses fewer when the server refuses more.</summary>
    /// <value>2.</value>
    [Range(1, 4)]
    public int Connections { get; set; } = 2;

    /// <summary>Most bytes per second of one pass; 0 = no limit.</summary>
    /// <value>0.</value>
    [Range(0, long.MaxValue)]
    public long BytesPerSecond { get; set; }

    /// <summary>Longest time without an octet from a server while one is waited for.</summary>
    /// <value>60 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Idle { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time without any message arriving, over all reconnections, before a pass gives its slot back and is tried again later.</summary>
    /// <value>2 min.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>PEM file of certificates to trust instead of the system's; empty = the system's. For a lab.</summary>
    /// <value>Empty.</value>
    public string TrustedRootsFile { get; set; } = "";

    /// <summary>Port of ManageSieve at the old host; 0 = it has none, filters are not moved. Both must be given.</summary>
    /// <value>0.</value>
    [Range(0, 65535)]
    public int SourceSievePort { get; set; }

    /// <summary>Port of ManageSieve at the new providers; 0 = filters are not moved.</summary>
    /// <value>0.</value>
    [Range(0, 65535)]
    public int TargetSievePort { get; set; }
}

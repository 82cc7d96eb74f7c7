using System.ComponentModel.DataAnnotations;

namespace Cassiopea.Mail;

/// <summary>Section <c>Mail</c>. How often and how many per server is in section <c>Jobs</c>.</summary>
internal sealed class MailOptions
{
    /// <summary>The old host's list of mailboxes, <c>member;mailbox;host;port;tls;login;bytes;last_used</c>; empty = there is none, mailboxes are <i>not surveyed</i>.</summary>
    /// <value>Empty.</value>
    public string InventoryFile { get; set; } = "";

    /// <summary>Where the journals of transfers are kept, one folder per mailbox. Instances of this service share it.</summary>
    /// <value><c>journals</c> under the working directory.</value>
    /// <remarks>When it is lost, the next pass finds what is there by content: slower, nothing comes twice.</remarks>
    [Required, MinLength(1)]
    public string JournalDirectory { get; set; } = "journals";

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
}

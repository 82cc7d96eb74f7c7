using System.ComponentModel.DataAnnotations;

namespace Cassiopea.Mail;

/// <summary>Section <c>Mail</c>.</summary>
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

    /// <summary>First copies, deltas, surveys and verifications that this process runs at once.</summary>
    /// <value>4.</value>
    [Range(1, 64)]
    public int BulkWorkers { get; set; } = 4;

    /// <summary>Passes of a cut-over that this process runs at once, besides the others.</summary>
    /// <value>2.</value>
    [Range(1, 64)]
    public int CutOverWorkers { get; set; } = 2;

    /// <summary>Mailboxes moved at once from or to one server, all instances together, for first copies and deltas.</summary>
    /// <value>4.</value>
    /// <remarks>Lower it when a server answers with <c>throttled</c> or counts connections per address.</remarks>
    [Range(1, 64)]
    public int BulkSlotsPerHost { get; set; } = 4;

    /// <summary>The same for the passes of a cut-over, which never wait behind first copies.</summary>
    /// <value>2.</value>
    [Range(1, 64)]
    public int CutOverSlotsPerHost { get; set; } = 2;

    /// <summary>Connections per mailbox and side; the engine uses fewer when the server refuses more.</summary>
    /// <value>2.</value>
    [Range(1, 8)]
    public int Connections { get; set; } = 2;

    /// <summary>Most bytes per second of one pass; 0 = no limit.</summary>
    /// <value>0.</value>
    [Range(0, long.MaxValue)]
    public long BytesPerSecond { get; set; }

    /// <summary>A passing failure (server away, connection cut, throttled) is tried again after this time, then after twice as long, and so on.</summary>
    /// <value>15 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest time between two tries.</summary>
    /// <value>10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "06:00:00")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>After so many tries without any progress a passing failure is reported to staff.</summary>
    /// <value>12.</value>
    [Range(1, 1000)]
    public int TriesWithoutProgress { get; set; } = 12;
}

using System.Security.Cryptography.X509Certificates;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>How one mailbox is moved.</summary>
public sealed record MailboxTransferOptions
{
    /// <summary>Connections per end.</summary>
    /// <value>2; from 1 to 4.</value>
    /// <remarks>More than 2 gain little on one server; raise it where the round trip is long.</remarks>
    public int Connections { get; init; } = 2;

    /// <summary>Most bytes of messages per second; 0 = no limit.</summary>
    /// <value>0.</value>
    public long BytesPerSecond { get; init; }

    /// <summary>Messages received before this instant are left out and counted as excluded; null = all are moved. One without a date that can be read is moved.</summary>
    public DateTimeOffset? OnlineSince { get; init; }

    /// <summary>Of an archive: only messages received before this instant are written, the others are counted as excluded; null = all.</summary>
    public DateTimeOffset? ArchivedBefore { get; init; }

    /// <summary>Of a verification with <see cref="OnlineSince"/>: the archive that must hold what is older; null = only the online part is compared.</summary>
    public string? ArchiveDirectory { get; init; }

    /// <summary>
    /// Source folder → target folder, both as paths with <c>/</c> between levels; children follow. A shared folder, or one of somebody else, is copied
    /// only when it or one above it is named here, with its namespace, for example <c>user/anne</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string> FolderMap { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What labels become where the source is Gmail or alike (X-GM-EXT-1); each message is copied once.</summary>
    /// <value>Keywords.</value>
    public GmailLabels GmailLabels { get; init; }

    /// <summary>Source folders left out with their children, as paths with <c>/</c> between levels.</summary>
    public IReadOnlyList<string> ExcludedFolders { get; init; } = [];

    /// <summary>Folders of a special use go to the target's folder of the same use.</summary>
    /// <value>true.</value>
    public bool MapSpecialUse { get; init; } = true;

    /// <summary>Ask the source for sizes of folders, so that time left is known from the first second.</summary>
    /// <value>false.</value>
    /// <remarks>An old server that has no sizes in its index reads every message for it.</remarks>
    public bool Measure { get; init; }

    /// <summary>Longest time without an octet while one is waited for; starts anew with each.</summary>
    /// <value>60 s.</value>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time without any message arriving, over all reconnections, before the run ends as interrupted.</summary>
    /// <value>5 min.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the target must be quiet after a lost connection before what got no answer is sent again.</summary>
    /// <value>3 s.</value>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Wait before a message at which a connection was lost is tried alone a second time; then twice as long each time. After five losses in a
    /// row, each behind a check that passed, the message is listed.
    /// </summary>
    public TimeSpan TrialWait { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Called with how far it is, at most once per <see cref="ProgressEvery"/>, and once at the end.</summary>
    public Action<ProgressSnapshot>? Progress { get; init; }

    /// <summary>Least time between two calls of <see cref="Progress"/>.</summary>
    /// <value>1 s.</value>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Capabilities of the servers not to be used although offered, for example <c>MULTIAPPEND</c>.</summary>
    public IReadOnlyCollection<string> WithoutCapabilities { get; init; } = [];

    /// <summary>Certificates to trust instead of the system's; null = the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }
}

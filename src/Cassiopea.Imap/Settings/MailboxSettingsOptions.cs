using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Settings;

/// <summary>How settings are carried over.</summary>
public sealed record MailboxSettingsOptions
{
    /// <summary>False where an end has no ManageSieve: scripts are then not asked for, and nothing is said of them.</summary>
    /// <value>True.</value>
    public bool Scripts { get; init; } = true;

    /// <summary>Timeouts, trust and the map of folders, as of the transfer.</summary>
    public MailboxTransferOptions Transfer { get; init; } = new();

    /// <summary>ManageSieve at the source; null = port 4190 of the same host, with STARTTLS unless that end is without TLS.</summary>
    public ImapEndpoint? SourceSieve { get; init; }

    /// <summary>ManageSieve at the target; null = as for the source.</summary>
    public ImapEndpoint? TargetSieve { get; init; }

    /// <summary>Login name at the source → at the target, of people who have rights in folders.</summary>
    public IReadOnlyDictionary<string, string> Identifiers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    internal static ImapEndpoint SieveOf(ImapEndpoint imap, ImapEndpoint? given) =>
        given ?? imap with { Port = 4190, Tls = imap.Tls == ImapTls.None ? ImapTls.None : ImapTls.StartTls };
}

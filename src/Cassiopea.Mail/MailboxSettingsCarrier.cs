using Cassiopea.Imap;
using Cassiopea.Imap.Settings;
using Cassiopea.Transfer;
using Microsoft.Extensions.Options;

namespace Cassiopea.Mail;

/// <summary>Sieve scripts, rights of folders and annotations go with each pass; what people changed at the new place stays as they left it.</summary>
internal sealed class MailboxSettingsCarrier(MailboxEngine engine, IOptions<MailOptions> options)
{
    private const string Folder = "settings";

    /// <summary>Sets at the target what it permits, and says what it does not. A maildrop has none.</summary>
    public async Task<IReadOnlyList<ReportException>> ApplyAsync(ImapAccount source, ImapAccount target, string journal, CancellationToken token) => source.Stored is not null ? [] :
        (await MailboxSettingsTransfer.ApplyAsync(source, target, journal, Path.Combine(journal, Folder), Of(source.Endpoint, target.Endpoint), token)).Exceptions;

    /// <summary>Exports them into an archive.</summary>
    public async Task<IReadOnlyList<ReportException>> ExportAsync(ImapAccount source, string tree, CancellationToken token) => source.Stored is not null ? [] :
        (await MailboxSettingsTransfer.ExportAsync(source, Path.Combine(tree, Folder), Of(source.Endpoint, source.Endpoint), token)).Exceptions;

    private MailboxSettingsOptions Of(ImapEndpoint source, ImapEndpoint target)
    {
        var (from, to) = (options.Value.SourceSievePort, options.Value.TargetSievePort);
        return new()
        {
            Transfer = engine.Transfer(),
            Scripts = from > 0 && to > 0,
            SourceSieve = Sieve(source, from),
            TargetSieve = Sieve(target, to),
        };
    }

    // ManageSieve begins in clear and goes on with STARTTLS (RFC 5804 §2.2), unless staff wrote that this end has no TLS
    private static ImapEndpoint Sieve(ImapEndpoint imap, int port) => imap with { Port = port, Tls = imap.Tls == ImapTls.None ? ImapTls.None : ImapTls.StartTls };
}

using System.Security.Cryptography.X509Certificates;
using Cassiopea.Imap.Mailbox;
using Microsoft.Extensions.Options;

namespace Cassiopea.Mail;

/// <summary>The engine's settings as this service's options ask for them.</summary>
internal sealed class MailboxEngine(IOptions<MailOptions> options)
{
    private readonly X509Certificate2Collection? _trusted = Trusted(options.Value.TrustedRootsFile);

    public MailboxTransferOptions Transfer() => new()
    {
        Connections = options.Value.Connections,
        BytesPerSecond = options.Value.BytesPerSecond,
        Idle = options.Value.Idle,
        Patience = options.Value.Patience,
        TrustedRoots = _trusted,
    };

    private static X509Certificate2Collection? Trusted(string file)
    {
        if (file.Length == 0)
            return null;
        X509Certificate2Collection roots = [];
        roots.ImportFromPemFile(file);
        return roots;
    }
}

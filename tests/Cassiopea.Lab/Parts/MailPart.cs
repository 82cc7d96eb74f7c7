using System.Globalization;
using System.Text;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Parts;

/// <summary>Two real Dovecots: the old host's with Maildir and an <c>INBOX.</c> prefix, the new provider's with mdbox; every member's mailboxes at both.</summary>
internal sealed class MailPart : IAsyncDisposable
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);
    private readonly DovecotServer _old;
    private readonly DovecotServer _new;
    private readonly Owned<LabMailbox> _mailboxes = new();

    private MailPart(DovecotServer old, DovecotServer @new) => (_old, _new) = (old, @new);

    public static async Task<MailPart> StartAsync(LabCertificates certificates, string folder, CancellationToken token)
    {
        var old = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, Certificates = certificates, LogChanges = true }, token);
        var part = new MailPart(old, await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, Certificates = certificates }, token));
        var inventory = new StringBuilder("member;mailbox;host;port;tls;login;bytes;last_used\n");
        foreach (var association in Associations.All)
            foreach (var mailbox in association.Mailboxes)
            {
                part._mailboxes.Add(association.Reference, await part.SettleAsync(mailbox, token));
                inventory.Append(CultureInfo.InvariantCulture, $"{association.Reference};{mailbox.Address};127.0.0.1;{old.ImapPort};starttls;{mailbox.Address};;2017-12-31\n");
            }

        await File.WriteAllTextAsync(Path.Combine(folder, "mailboxes.csv"), inventory.ToString(), token);
        return part;
    }

    public IReadOnlyList<LabMailbox> Of(string member) => _mailboxes.Of(member);

    public LabServer DescribeOld() => Describe(_old);

    public LabServer DescribeNew() => Describe(_new);

    public async ValueTask DisposeAsync()
    {
        // the lab stops at once: it keeps nothing that must be written down
        await Task.WhenAll(_old.StopAsync(AtOnce), _new.StopAsync(AtOnce));
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    private async Task<LabMailbox> SettleAsync(AssociationMailbox mailbox, CancellationToken token)
    {
        var (source, target) = (_old.AddAccount(mailbox.Address), _new.AddAccount(mailbox.Address));
        var content = mailbox.Content();
        await MaildirWriter.WriteAsync(source, content, token);
        return new LabMailbox(mailbox.Address, content.Messages.Count, Login(source), Login(target));
    }

    private static LabServer Describe(DovecotServer server) => new("127.0.0.1", server.ImapPort, server.ImapsPort!.Value, server.Pop3Port, server.CertificatePin!, server.Root);

    private static LabLogin Login(MailAccount account) => new(account.User, account.Password, account.Home);
}

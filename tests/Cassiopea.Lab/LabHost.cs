using System.Globalization;
using System.Text;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab;

/// <summary>The old host and the new provider with three members' mail, and an SMTP sink, in this process's tree.</summary>
public sealed class LabHost : IAsyncDisposable
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);
    private readonly LabCertificates _certificates;

    private LabHost(LabCertificates certificates, DovecotServer old, DovecotServer @new, SmtpSink smtp, LabFile file)
        => (_certificates, Old, New, Smtp, File) = (certificates, old, @new, smtp, file);

    /// <summary>The closing host.</summary>
    public DovecotServer Old { get; }

    /// <summary>The new provider.</summary>
    public DovecotServer New { get; }

    /// <summary>Takes all mail to members.</summary>
    public SmtpSink Smtp { get; }

    /// <summary>What is written to lab.json.</summary>
    public LabFile File { get; }

    /// <summary>Starts and seeds everything, then writes the files that the system and the people read.</summary>
    /// <param name="state">State folder of the system.</param>
    /// <param name="smtpPort">0 = a free one.</param>
    /// <param name="token">Ends the start.</param>
    public static async Task<LabHost> StartAsync(string state, int smtpPort, CancellationToken token)
    {
        var folder = LabFile.FolderOf(state);
        LabRoot.MakeFolder(folder);
        System.IO.File.Delete(LabFile.PathOf(state));
        var certificates = new LabCertificates();
        var smtp = SmtpSink.Start(smtpPort);
        var old = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, Certificates = certificates, LogChanges = true }, token);
        var @new = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, Certificates = certificates }, token);
        var members = new List<LabMember>();
        foreach (var association in Associations.All)
            members.Add(await SettleAsync(association, old, @new, token));
        await WriteListsAsync(folder, members, old, token);
        var file = new LabFile(Environment.ProcessId, Describe(old), Describe(@new), smtp.Port, members);
        await file.WriteAsync(state, token);
        return new LabHost(certificates, old, @new, smtp, file);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // the lab stops at once: it keeps nothing that must be written down
        await Task.WhenAll(Old.StopAsync(AtOnce), New.StopAsync(AtOnce), Smtp.DisposeAsync().AsTask());
        await Old.DisposeAsync();
        await New.DisposeAsync();
        _certificates.Dispose();
    }

    private static async Task<LabMember> SettleAsync(Association association, DovecotServer old, DovecotServer @new, CancellationToken token)
    {
        var mailboxes = new List<LabMailbox>();
        foreach (var mailbox in association.Mailboxes)
        {
            var (source, target) = (old.AddAccount(mailbox.Address), @new.AddAccount(mailbox.Address));
            var content = mailbox.Content();
            await MaildirWriter.WriteAsync(source, content, token);
            mailboxes.Add(new LabMailbox(mailbox.Address, content.Messages.Count, Login(source), Login(target)));
        }

        return new LabMember(association.Reference, association.Name, association.Language, association.ContactEmail, mailboxes);
    }

    private static async Task WriteListsAsync(string folder, List<LabMember> members, DovecotServer old, CancellationToken token)
    {
        var inventory = new StringBuilder("member;mailbox;host;port;tls;login;bytes;last_used\n");
        foreach (var member in members)
            foreach (var mailbox in member.Mailboxes)
                inventory.Append(CultureInfo.InvariantCulture, $"{member.Reference};{mailbox.Address};127.0.0.1;{old.ImapPort};starttls;{mailbox.Source.Login};;2017-12-31\n");
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "mailboxes.csv"), inventory.ToString(), token);
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "members.csv"), Associations.MembersCsv(), token);
        await System.IO.File.WriteAllBytesAsync(Path.Combine(folder, "invoices-1.csv"), Associations.InvoicesCsv([Associations.InDebt, Associations.Large], windows1252: true), token);
        await System.IO.File.WriteAllBytesAsync(Path.Combine(folder, "invoices-2.csv"), Associations.InvoicesCsv([Associations.Small], windows1252: false), token);
    }

    private static LabServer Describe(DovecotServer server) => new("127.0.0.1", server.ImapPort, server.ImapsPort!.Value, server.Pop3Port, server.CertificatePin!, server.Root);

    private static LabLogin Login(MailAccount account) => new(account.User, account.Password, account.Home);
}

using Cassiopea.Lab.Parts;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab;

/// <summary>The old host and the new providers with all that three members have, and an SMTP sink, in this process's tree.</summary>
public sealed class LabHost : IAsyncDisposable
{
    private readonly LabCertificates _certificates;
    private readonly MailPart _mail;
    private readonly SitePart _sites;
    private readonly DomainPart _domains;
    private readonly ListPart _lists;

    private LabHost(LabCertificates certificates, SmtpSink smtp, MailPart mail, SitePart sites, DomainPart domains, ListPart lists, LabFile file)
        => (_certificates, Smtp, _mail, _sites, _domains, _lists, File) = (certificates, smtp, mail, sites, domains, lists, file);

    /// <summary>Takes all mail to members.</summary>
    public SmtpSink Smtp { get; }

    /// <summary>What is written to lab.json.</summary>
    public LabFile File { get; }

    /// <summary>Starts and seeds everything side by side, then writes the files that the system and the people read.</summary>
    /// <param name="state">State folder of the system.</param>
    /// <param name="ports">Where the servers listen whose place the system must know before.</param>
    /// <param name="token">Ends the start.</param>
    public static async Task<LabHost> StartAsync(string state, LabPorts ports, CancellationToken token)
    {
        var folder = LabFile.FolderOf(state);
        LabRoot.MakeFolder(folder);
        System.IO.File.Delete(LabFile.PathOf(state));
        var certificates = new LabCertificates();
        var smtp = SmtpSink.Start(ports.Smtp);
        var mail = MailPart.StartAsync(certificates, folder, token);
        var sites = SitePart.StartAsync(ports, certificates, folder, token);
        var domains = DomainPart.StartAsync(ports, folder, token);
        var lists = ListPart.StartAsync(folder, token);
        await Task.WhenAll(mail, sites, domains, lists);
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "members.csv"), Associations.MembersCsv(), token);
        await System.IO.File.WriteAllBytesAsync(Path.Combine(folder, "invoices-1.csv"), Associations.InvoicesCsv([Associations.InDebt, Associations.Large], windows1252: true), token);
        await System.IO.File.WriteAllBytesAsync(Path.Combine(folder, "invoices-2.csv"), Associations.InvoicesCsv([Associations.Small], windows1252: false), token);
        var members = new List<LabMember>();
        foreach (var a in Associations.All)
        {
            members.Add(new LabMember(a.Reference, a.Name, a.Language, a.ContactEmail, mail.Result.Of(a.Reference))
            {
                Sites = sites.Result.Sites.Of(a.Reference),
                Databases = sites.Result.Databases.Of(a.Reference),
                Domains = domains.Result.Domains.Of(a.Reference),
                Lists = lists.Result.Lists.Of(a.Reference),
            });
        }

        var file = new LabFile(Environment.ProcessId, mail.Result.DescribeOld(), mail.Result.DescribeNew(), smtp.Port, members);
        await file.WriteAsync(state, token);
        return new LabHost(certificates, smtp, mail.Result, sites.Result, domains.Result, lists.Result, file);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_mail.DisposeAsync().AsTask(), _sites.DisposeAsync().AsTask(), _domains.DisposeAsync().AsTask(), _lists.DisposeAsync().AsTask(), Smtp.DisposeAsync().AsTask());
        _certificates.Dispose();
    }
}

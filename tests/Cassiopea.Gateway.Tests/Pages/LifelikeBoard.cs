using Cassiopea.Contracts;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Pages;

/// <summary>A member with one thing of each kind, and a second mailbox.</summary>
internal sealed record Departing(string Reference)
{
    public Guid Member { get; } = Guid.CreateVersion7();

    public Guid Migration { get; } = Guid.CreateVersion7();

    public Guid Mailbox { get; } = Guid.CreateVersion7();

    public Guid Second { get; } = Guid.CreateVersion7();

    public Guid Site { get; } = Guid.CreateVersion7();

    public Guid Domain { get; } = Guid.CreateVersion7();

    public Guid MailingList { get; } = Guid.CreateVersion7();

    public Guid Database { get; } = Guid.CreateVersion7();

    public IEnumerable<Guid> Items => [Mailbox, Second, Site, Database, Domain, MailingList];

    /// <summary>An address with names instead of ids, for files.</summary>
    public string Named(string path) => new (Guid Id, string Name)[]
        { (Member, "member"), (Mailbox, "mailbox"), (Second, "mailbox2"), (Site, "site"), (Domain, "domain"), (MailingList, "list"), (Database, "database") }
        .Aggregate(path, (text, one) => text.Replace(one.Id.ToString(), one.Name, StringComparison.Ordinal));
}

/// <summary>A board as it looks in a busy week, with an attack in every text that others wrote.</summary>
internal static class LifelikeBoard
{
    /// <summary>What an attacker puts wherever a text is stored (S16).</summary>
    public const string Evil = "\"'><script>window.evil=1</script><img src=x onerror=window.evil=1>{{7*7}}";

    public static async Task FillAsync(TestGateway gateway, Departing moving, Departing preparing)
    {
        await MemberAsync(gateway, moving, [MigrationState.Requested, MigrationState.Surveying, MigrationState.Preparing, MigrationState.Ready, MigrationState.Copying]);
        await MemberAsync(gateway, preparing, [MigrationState.Requested, MigrationState.Surveying, MigrationState.Preparing]);
        await OthersAsync(gateway);
        await Eventually.TrueAsync("the board is filled", () => gateway.QueryAsync(async db =>
            await db.Items.CountAsync() == 12 && await db.Members.CountAsync() == 16 && await db.Migrations.CountAsync() == 16
            && await db.Progress.CountAsync() == 2 && await db.Surveys.CountAsync() == 10 && await db.Ledgers.CountAsync() == 2 && await db.Dossiers.AnyAsync()
            && await db.Migrations.AnyAsync(m => m.Id == moving.Migration && m.Version == 5) && await db.Migrations.AnyAsync(m => m.Id == preparing.Migration && m.Version == 3)));
    }

    static async Task MemberAsync(TestGateway gateway, Departing d, MigrationState[] states)
    {
        var moves = states[^1] == MigrationState.Copying;
        var start = TimeProvider.System.GetUtcNow().AddHours(-3);
        Endpoint End(string protocol, string host, string login, string? path = null) => new(Guid.CreateVersion7(), protocol, host, 993, TlsPolicy.Implicit, login, Guid.CreateVersion7(), null, path);
        ItemAdvanced Item(Guid id, ItemKind kind, string name, ItemState state, Endpoint? source, Endpoint? target, Failure? failure, IReadOnlyList<Fact> facts, IReadOnlyList<ItemException>? exceptions = null, Grade? grade = null) =>
            new(d.Migration, id, kind, name, state, 1, 2, source, target, grade, failure, facts, exceptions ?? [], false, "", start.AddMinutes(20),
                kind == ItemKind.Mailbox ? new ItemArrangement(MailboxStrategy.MoveAll, null, null, null, null) : null);
        await gateway.PublishAsync(new MemberRegistered(d.Member, d.Reference, "Les Amis de la Forêt de Soignes " + Evil, "fr", $"contact-{d.Reference}@amis.example", start));
        await gateway.PublishAsync(
            new LedgerChanged(d.Reference,
            [
                new InvoiceLine("2016-0118", 2016, new DateOnly(2016, 1, 15), new DateOnly(2016, 2, 14), 7500, 0, "+++016/0118/00042+++", "paid"),
                new InvoiceLine("2017-0042", 2017, new DateOnly(2017, 1, 15), new DateOnly(2017, 2, 14), 9000, 4500, "+++017/0042/00097+++", "partial"),
            ], start),
            new InvoicesChecked(d.Migration, d.Reference, InvoiceStatus.Instalments, 4500, "pays by instalments", "csv", start, start));
        foreach (var (state, version) in states.Select((s, i) => (s, i + 1)))
        {
            await gateway.PublishAsync(new MigrationAdvanced(
                d.Migration, d.Member, d.Reference, version == 1 ? state : states[version - 2], state, version, "alice", "", version == 5 ? "system" : "member", version == 5 ? "The first copy runs." : "The member prepares.", start.AddDays(9),
                ["pause", "cancel", "retry", "exclude", "approve-differences", "entrust", "choose-strategy", "confirm-last-fetch", "cutover",
                    "answer", "answer-statistics", "request-archive", "invite-host", "consent-to-export", "consent-to-switch", "send-contact-code", "confirm-contact"], start.AddMinutes(version * 4)));
        }
        var (old, fresh) = (End("imap", "mail.cassiopea.example", "info@foretdesoignes.example"), End("imap", "imap.nouveau-prestataire.example", "info@foretdesoignes.example"));
        await gateway.PublishAsync(
            Item(d.Mailbox, ItemKind.Mailbox, "info@foretdesoignes.example", moves ? ItemState.Copying : ItemState.Verified, old, fresh, null,
            [
                new Fact("bytes", "4831838208", "bytes"), new Fact("messages", "28451", "messages"), new Fact("last-used", start.ToString("O", System.Globalization.CultureInfo.InvariantCulture)), new Fact("protocol-seen", "imap"), new Fact("protocol-seen", "pop3"),
                new Fact("largest-folder", "INBOX: 12801 messages, 2312000000 bytes"), new Fact("largest-folder", "Envoyés: 6400 messages, 1204000000 bytes"), new Fact("largest-folder", "Archives/2015: 3110 messages, 410000000 bytes"),
            ], [new ItemException("INBOX ; 12 ; 4711 " + Evil, new Failure(FailureSide.Target, FailureKind.Refused, FailureCode.TooBig, "larger than 50 MB"), "Archive it.")], Grade.Investigate),
            Item(d.Second, ItemKind.Mailbox, "secretariat@foretdesoignes.example", ItemState.CredentialsNeeded, old with { CredentialId = Guid.CreateVersion7() }, null, new Failure(FailureSide.Source, FailureKind.Refused, FailureCode.AuthenticationFailed, "NO LOGIN failed " + Evil), []),
            Item(d.Site, ItemKind.Site, "www.foretdesoignes.example", moves ? ItemState.InSync : ItemState.Verified, End("ftp", "ftp.cassiopea.example", "foret"), End("sftp", "ssh.nouveau-prestataire.example", "foret"), null,
            [
                new Fact("bytes", "734003200", "bytes"), new Fact("files", "9120", "files"), new Fact("cms", "Spip 3.0.17 in /"), new Fact("php-target", "PHP 8.2"), new Fact("php-stops", "3", "findings"),
                new Fact("php-stop", "/ecrire/base/connect_sql.php:41 removed-function mysql_query " + Evil), new Fact("extension-missing", "mcrypt"), new Fact("statistics-months", "26", "months"),
            ]),
            Item(d.Database, ItemKind.Database, "foret_spip", moves ? ItemState.InSync : ItemState.Verified, End("mysql", "mysql.cassiopea.example", "foret"), End("mysql", "db.nouveau-prestataire.example", "foret"), null,
                [new Fact("tables", "64", "tables"), new Fact("rows", "181204", "rows"), new Fact("bytes", "88000000", "bytes"), new Fact("software", "MySQL 5.5.54"), new Fact("charset", "latin1")]),
            Item(d.Domain, ItemKind.Domain, "foretdesoignes.example", ItemState.Verified, null, null, null,
                [new Fact("rights", "open"), new Fact("rights-next", "PasswordRecovery"), new Fact("name-server", "ns1.cassiopea.example"), new Fact("name-server", "ns2.cassiopea.example"), new Fact("records", "14"), new Fact("managed", "yes"), new Fact("expires", start.AddDays(200).ToString("O", System.Globalization.CultureInfo.InvariantCulture))]),
            Item(d.MailingList, ItemKind.MailingList, "nouvelles@listes.foretdesoignes.example", ItemState.Verified, End("sympa", "listes.cassiopea.example", "nouvelles"), null, null,
                [new Fact("members", "412", "members"), new Fact("owners", "2", "owners"), new Fact("status", "open"), new Fact("subject", "Nouvelles " + Evil)]));
        foreach (var kind in Enum.GetValues<ItemKind>().Where(k => k != ItemKind.SpecialApplication))
            await gateway.PublishAsync(new ServiceSurveyed(d.Migration, kind, kind == ItemKind.Database ? SurveyOutcome.NotSurveyed : SurveyOutcome.Found, [new FoundItem(kind, "x", null, null, null)], null, start.AddMinutes(6)));
        await gateway.PublishAsync(new QuestionAnswered(d.Migration, 1, 8, d.Mailbox, "keep", "member", null, start.AddMinutes(7)));
        if (!moves)
            return;
        await gateway.PublishAsync(
            new ItemTransferAdvanced(d.Migration, d.Mailbox, 2, 17204, 28451, 2900000000, 4831838208, 3100000, TimeSpan.FromMinutes(11), TimeProvider.System.GetUtcNow()),
            new ItemTransferAdvanced(d.Migration, d.Site, 1, 9120, 9120, 734003200, 734003200, 0, null, start.AddMinutes(50)),
            new DossierDelivered(d.Migration, d.Member, new string('a', 64), "{}", "<!doctype html><title>Dossier</title>", start));
    }

    static async Task OthersAsync(TestGateway gateway)
    {
        var start = TimeProvider.System.GetUtcNow().AddHours(-3);
        for (var i = 1; i <= 14; i++)
        {
            var (member, migration) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            await gateway.PublishAsync(new MemberRegistered(member, $"M{100 + i:0000}", $"Association {i} de quartier et d’éducation permanente", "fr", $"contact{i}@asbl.example", start));
            await gateway.PublishAsync(new MigrationAdvanced(
                migration, member, $"M{100 + i:0000}", MigrationState.Requested, (MigrationState)(i % 14), 1, "alice", "", i % 3 == 0 ? "staff" : "member", "The plan is complete: it waits for approval.", start.AddDays(i), ["approve-plan", "pause", "start", "hand-over"], start.AddMinutes(i)));
        }
    }
}

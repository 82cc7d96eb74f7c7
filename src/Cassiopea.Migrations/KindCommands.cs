using Cassiopea.Contracts;
using Endpoint = Cassiopea.Contracts.Endpoint;

namespace Cassiopea.Migrations;

/// <summary>The one place that knows which command belongs to which kind.</summary>
internal static class KindCommands
{
    /// <summary>Name of the service that moves a kind, as grants and the vault know it.</summary>
    public static string Service(ItemKind kind) => kind switch
    {
        ItemKind.Mailbox => "mail",
        ItemKind.Site => "web-hosting",
        ItemKind.Database => "databases",
        ItemKind.Domain => "domains",
        ItemKind.MailingList => "mailing-lists",
        _ => throw NoService(kind),
    };

    public static object Find(Migration m, ItemKind kind)
    {
        IReadOnlyList<FoundItem> declared =
            [.. m.Active.Where(i => i.Declared && i.Kind == kind).OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => new FoundItem(kind, i.Name, i.Source, null, null))];
        return kind switch
        {
            ItemKind.Mailbox => new FindMailboxes(m.CorrelationId, m.MemberReference, declared),
            ItemKind.Site => new FindSites(m.CorrelationId, m.MemberReference, declared),
            ItemKind.Database => new FindDatabases(m.CorrelationId, m.MemberReference, declared),
            ItemKind.Domain => new FindDomains(m.CorrelationId, m.MemberReference, declared),
            ItemKind.MailingList => new FindMailingLists(m.CorrelationId, m.MemberReference, declared),
            _ => throw NoService(kind),
        };
    }

    public static object Survey(Item i, Endpoint? source, Endpoint? target, Guid memberId) => i.Kind switch
    {
        ItemKind.Mailbox => new SurveyMailbox(i.MigrationId, i.Id, i.SurveyAttempt, source!, target, i.OnlineSince),
        ItemKind.Site => new SurveySite(i.MigrationId, i.Id, i.SurveyAttempt, source!, target, memberId, i.Name),
        ItemKind.Database => new SurveyDatabase(i.MigrationId, i.Id, i.SurveyAttempt, source!, target, i.Choices),
        ItemKind.MailingList => new SurveyMailingList(i.MigrationId, i.Id, i.SurveyAttempt, source!, target),
        ItemKind.Domain => new SurveyDomain(i.MigrationId, i.Id, i.SurveyAttempt, i.Name),
        _ => throw NoService(i.Kind),
    };

    /// <summary>A pass. A domain has one only: its zone is published at the new provider, where nobody asks yet.</summary>
    public static object Transfer(Item i, string planSha256) => i.Kind switch
    {
        ItemKind.Mailbox when i.IsDropped => new ArchiveMailbox(i.MigrationId, i.Id, i.Pass, i.Bucket, i.Source!),
        ItemKind.Database when i.IsDropped => Archive(i),
        ItemKind.Mailbox => new TransferMailbox(i.MigrationId, i.Id, i.Pass, i.Bucket, i.Source!, i.Target!, i.OnlineSince),
        ItemKind.Site => new TransferSite(i.MigrationId, i.Id, i.Pass, i.Bucket, i.Source!, i.Target!, ReportOnly: i.CutOverAt is not null),
        ItemKind.Database => new TransferDatabase(i.MigrationId, i.Id, i.Pass, i.Bucket, i.Source!, i.Target!, AfterCutOver: i.CutOverAt is not null, i.Choices),
        ItemKind.MailingList => new TransferMailingList(i.MigrationId, i.Id, i.Pass, i.Bucket, i.Source!, i.Target!, Live: i.CutOverAt is not null, i.Grant),
        ItemKind.Domain => new PublishZone(i.MigrationId, i.Id, ZonePlan(i, planSha256)),
        _ => throw NoService(i.Kind),
    };

    public static object Verify(Item i) => i.Kind switch
    {
        ItemKind.Mailbox => new VerifyMailbox(i.MigrationId, i.Id, i.Pass, i.Bucket, i.Source!, i.Target!, i.OnlineSince),
        ItemKind.Site => new VerifySite(i.MigrationId, i.Id, i.Pass, i.Bucket, i.Source!, i.Target!, Remember: !i.IsOursToCopy && i.LastDeltaPass == i.Pass),
        ItemKind.Database => new VerifyDatabase(i.MigrationId, i.Id, i.Pass, i.Bucket, i.Source!, i.Target!, i.Choices),
        ItemKind.MailingList => new VerifyMailingList(i.MigrationId, i.Id, i.Pass, i.Bucket, i.Source!, i.Target!, i.Host is null ? i.Grant : null, MovedByHost: i.Host is not null),
        _ => throw NoService(i.Kind),
    };

    /// <summary>The site with every database that moves: a site says itself which it uses.</summary>
    public static object Configure(Item site, IEnumerable<Item> databases) => new ConfigureSite(
        site.MigrationId, site.Id, site.Pass, site.Name, site.Source!, site.Target!, [.. databases.Select(d => new MovedDatabase(d.Id, Named(d.Source!, d), Named(d.Target!, d)))], site.Paths, CheckOnly: !site.IsOursToCopy);

    public static object SaveStatistics(Item site, bool last) =>
        new SaveStatistics(site.MigrationId, site.Id, site.StatisticsRound, last, site.Name, site.Source!, site.Statistics?.Page ?? "");

    public static object LowerTtl(Item i, TimeSpan ttl) => new LowerTtl(i.MigrationId, i.Id, ttl);

    public static object Freeze(Item i, int round) => new FreezeMailingList(i.MigrationId, i.Id, i.Source!, round);

    public static object Unfreeze(Item i) => new UnfreezeMailingList(i.MigrationId, i.Id, i.UnfreezeRound, i.Source!);

    public static object Switch(Item i, string planSha256) => new CutOverZone(i.MigrationId, i.Id, ZonePlan(i, planSha256));

    public static object SwitchBack(Item i) => new RollBackZone(i.MigrationId, i.Id);

    public static object Archive(Item i) => new ArchiveDatabase(i.MigrationId, i.Id, i.Pass, i.Bucket, Named(i.Source!, i));

    public static object Repair(Item i) => new RepairCharsets(i.MigrationId, i.Id, i.Pass, i.Target!, i.RepairedColumns);

    public static object Replace(Item i, IReadOnlyList<TextReplacement> texts, bool dryRun) => new ReplaceInDatabase(i.MigrationId, i.Id, dryRun ? i.CountRound : i.Pass, i.Target!, texts, dryRun);

    public static object AddReadAccount(Item i) => new AddReadAccount(i.MigrationId, i.Id, i.ReadAccountNumber, i.ReadAccount!);

    public static object RemoveReadAccount(Item i) => new RemoveReadAccount(i.MigrationId, i.Id, i.ReadAccountNumber, i.ReadAccount!);

    public static Endpoint Named(Endpoint end, Item database) => string.IsNullOrEmpty(end.Path) ? end with { Path = database.Name } : end;

    /// <summary>The zone's own plan where its survey named one, else the plan that was approved.</summary>
    private static string ZonePlan(Item i, string planSha256) => i.Fact("plan-sha256") ?? planSha256;

    private static ArgumentOutOfRangeException NoService(ItemKind kind) => new(nameof(kind), kind, "No service moves this kind.");
}

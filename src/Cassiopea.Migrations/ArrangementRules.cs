using Cassiopea.Contracts;

namespace Cassiopea.Migrations;

/// <summary>When what people decide about one item is refused.</summary>
internal static class ArrangementRules
{
    private static readonly Refusal NoSuchItem = new("not-found", "No such item in this migration.");

    public static Refusal? Judge(Migration m, ChooseStrategy c) => Find(m, c.ItemId) switch
    {
        null => NoSuchItem,
        { Kind: ItemKind.Database } when c.Strategy is not (MailboxStrategy.MoveAll or MailboxStrategy.Drop) => new("invalid", "A database is moved, or only archived."),
        { Kind: not (ItemKind.Mailbox or ItemKind.Database) } => new("invalid", "Only a mailbox or a database has such a choice."),
        { Pass: > 0 } => new("transition-not-allowed", "It was copied already: what is at the new place stays there."),
        { Host: not null } => new("invalid", "The new host moves it: take it back first."),
        var item when c.Strategy == MailboxStrategy.Drop && DomainGates.HoldsDrop(m, item) => DomainGates.NotDropped,
        _ when c.Strategy == MailboxStrategy.ArchiveOlder && !(c.OnlineSince <= m.Turn.Now) => new("invalid", "Name the past instant since when messages go online."),
        _ => null,
    };

    public static Refusal? Judge(Migration m, ConfirmLastFetch c) => Find(m, c.ItemId) switch
    {
        null => NoSuchItem,
        { Kind: not ItemKind.Mailbox } => new("invalid", "Only a mailbox is fetched by POP3."),
        _ => null,
    };

    public static Refusal? Judge(Migration m, ArchiveItem c) => Find(m, c.ItemId) switch
    {
        null => NoSuchItem,
        { Kind: not ItemKind.Mailbox } => new("invalid", "Only a mailbox has an archive of its own here."),
        var item when item.Source is null || !m.Turn.Holds(item.Source.CredentialId) => new("not-ready", "The old place and its password must be known first."),
        _ => null,
    };

    public static Refusal? Judge(Migration m, EntrustItem c) => Find(m, c.ItemId) switch
    {
        null => NoSuchItem,
        { Kind: ItemKind.Domain or ItemKind.SpecialApplication } => new("invalid", "A domain name or a special application is not moved by copying."),
        { Strategy: not MailboxStrategy.MoveAll } => new("invalid", "Part of this mailbox goes to an archive: choose to move all of it first."),
        { Host: null, State: ItemState.Copying } => new("transition-not-allowed", "A pass is running: pause, or wait until it has ended."),
        _ when c.Host.Trim().Length is 0 or > 200 => new("invalid", "Name the new host, in at most 200 characters."),
        _ when c.DueAt <= m.Turn.Now => new("invalid", "The due date must be in the future."),
        _ => null,
    };

    public static Refusal? Judge(Migration m, ReportMoved c) => Find(m, c.ItemId) switch
    {
        null => NoSuchItem,
        { Host: null } => new("invalid", "This item was not entrusted to the new host."),
        { WaitsForHost: false, IsParked: false, State: ItemState.Copying } => new("transition-not-allowed", "It was reported already and is being verified."),
        { Target: null } => new("invalid", "The new place is not known yet: it could not be verified."),
        _ => null,
    };

    public static Refusal? Judge(Migration m, TakeBackItem c) => Find(m, c.ItemId) switch
    {
        null => NoSuchItem,
        { Host: null } => new("invalid", "This item was not entrusted to the new host."),
        { WaitsForHost: false, State: ItemState.Copying } => new("transition-not-allowed", "A pass or its verification is running: wait until it has ended."),
        _ => null,
    };

    public static Refusal? Judge(Migration m, AnswerStatistics c) => Find(m, c.ItemId) switch
    {
        null => NoSuchItem,
        { Kind: not ItemKind.Site } => new("invalid", "Only a site has visit statistics."),
        _ when c.Page.Length > 0 && (c.Page[0] != '/' || c.Page.StartsWith("//", StringComparison.Ordinal) || c.Page.Length > 300 || c.Page.Any(char.IsControl)) =>
            new("invalid", "Give the page as a path of the site, for example /stats/."),
        _ => null,
    };

    public static Refusal? Judge(Migration m, MapPaths c) => Find(m, c.ItemId) switch
    {
        null => NoSuchItem,
        { Kind: not ItemKind.Site } => new("invalid", "Only a site has paths."),
        _ when c.Paths.Count > 20 || c.Paths.Any(p => p.From.Length is < 2 or > 300 || p.To.Length > 300 || (p.From + p.To).Any(char.IsControl)) =>
            new("invalid", "Give at most 20 paths or addresses, each with 2 to 300 characters at the old place."),
        _ when c.Paths.Select(p => p.From).Distinct(StringComparer.Ordinal).Count() < c.Paths.Count => new("invalid", "A path stands there twice."),
        _ => null,
    };

    public static Refusal? Judge(Migration m, RequestArchive c) => Find(m, c.ItemId) switch
    {
        null => NoSuchItem,
        { Kind: not ItemKind.Site } => new("invalid", "Only of a site an archive is made on request."),
        { Source: null } => new("not-ready", "The old place is not known yet."),
        { Source: { } source } when !m.Turn.Holds(source.CredentialId) => new("not-ready", "The password of the old place is not known yet."),
        _ => null,
    };

    public static Refusal? Judge(Migration m, AcceptBackup c) => (Find(m, c.ItemId), Find(m, c.SiteId)) switch
    {
        (null, _) or (_, null) => NoSuchItem,
        ({ Kind: not ItemKind.Database }, _) or (_, { Kind: not ItemKind.Site }) => new("invalid", "Name a database, and the site that holds its backup."),
        ({ Pass: > 0 }, _) => new("transition-not-allowed", "The database was copied already."),
        (_, { } site) when site.Fact(MigrationStepsSites.WholeBackup) is null =>
            new("not-ready", "The site's survey found no backup that could be read to its end: let the site's own program make one, then survey again."),
        _ => null,
    };

    /// <summary>What keeps a cut-over from being approved.</summary>
    public static string WhyNoSwitch(Migration m)
    {
        (string Text, Func<Item, bool> When)[] reasons =
        [
            ("Never equal at both ends: ", i => !i.IsSyncedOnce),
            ("Their archive is not verified yet: ", i => i.LacksArchive),
            ("Read by POP3, the last fetch is not confirmed: ", i => i.LacksLastFetch),
            ("The member's visit statistics, which a subsidising authority may ask for, are not delivered yet: ", i => i.LacksStatistics),
            ("The old list has not got its own rules back from the last window; if it is parked, retry it: ", i => i.IsUnfreezing),
            ("Registrar or registry write to it, and the rights over the domain are not recovered: ", i => DomainGates.HoldsSwitch(m, i)),
        ];
        return ListRules.WhyStays(m) is { Length: > 0 } stays ? stays : string.Join(" ", reasons.Where(r => m.Active.Any(r.When)).Select(r => r.Text + Permissions.Names(m.Active.Where(r.When))).DefaultIfEmpty("There is nothing to switch."));
    }

    private static Item? Find(Migration m, Guid id) => m.Active.SingleOrDefault(i => i.Id == id);
}

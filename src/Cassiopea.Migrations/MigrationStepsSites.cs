using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>A site and its databases are one move: when the last deltas of all are verified, the site is told its new databases, then DNS may change.</summary>
internal static class MigrationStepsSites
{
    public static void Configure(Migration m)
    {
        var databases = m.Active.Where(i => i.Kind == ItemKind.Database && i is { Source: not null, Target: not null }).OrderBy(i => i.Name, StringComparer.Ordinal).ToList();
        if (databases.Any(d => d.State != ItemState.CutOver || !MigrationStepsDatabases.IsFinished(m, d)))
            return;
        foreach (var site in MigrationStepsCopy.ByName(m).Where(i => i is { Kind: ItemKind.Site, State: ItemState.CutOver, ConfigureAskedAt: null, CutOverAt: null }))
        {
            site.ConfigureAskedAt = m.Turn.Now;
            foreach (var database in databases)
                m.Turn.Send(new CredentialGranted(database.Target!.CredentialId, m.MemberId, m.CorrelationId, site.Id, KindCommands.Service(ItemKind.Site), m.Turn.Now + m.Turn.Options.CredentialGrant));
            m.Turn.Send(KindCommands.Configure(site, databases));
        }
    }

    /// <summary>Fact of a site: a backup of its own program that was read to its end.</summary>
    public const string WholeBackup = "database-backup-whole";

    /// <summary>Tells the member once how the site's own program makes a backup, where nobody can reach its database.</summary>
    public static void GuideBackup(Migration m)
    {
        foreach (var site in MigrationStepsCopy.ByName(m).Where(i => i.Kind == ItemKind.Site && i.Fact("database-access") == "Unknown" && i.Fact(WholeBackup) is null))
        {
            if (m.Notices.All(n => n.Template != Letter.BackupWanted || n.Step != site.Id.ToString("N")))
                Letter.Send(m, Letter.BackupWanted, site.Id.ToString("N"), site);
        }
    }

    public static void AcceptOwnBackup(BehaviorContext<Migration, AcceptBackup> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var backup = MigrationStepsCopy.Of(m, told.SiteId)!.Fact(WholeBackup);
        MigrationStepsCopy.Of(m, told.ItemId)!.Exclude($"Moved with the backup of the site's own program, {backup}, read to its end; the program restores it at the new place. {told.Reason.Trim()}");
    }

    public static void AskArchive(BehaviorContext<Migration, RequestArchive> c)
    {
        var m = c.Saga;
        var site = MigrationStepsCopy.Of(m, c.Message.ItemId)!;
        site.ArchiveRound++;
        m.Turn.Send(new CredentialGranted(
            site.Source!.CredentialId, m.MemberId, m.CorrelationId, site.Id, KindCommands.Service(ItemKind.Site), m.Turn.Now + m.Turn.Options.CredentialGrant));
        m.Turn.Send(new ArchiveSite(m.CorrelationId, site.Id, site.ArchiveRound, site.Source));
    }

    public static void Map(BehaviorContext<Migration, MapPaths> c)
    {
        MigrationStepsCopy.Of(c.Saga, c.Message.ItemId)!.Paths = c.Message.Paths.Count == 0 ? null : c.Message.Paths;
        MigrationStepsDatabases.CountAgain(c.Saga);
    }

    /// <summary>Every site runs at the new place, and its last visit statistics are delivered.</summary>
    public static bool Configured(Migration m) => m.Active.Where(i => i.Kind == ItemKind.Site).All(i => (i.ConfiguredAt is not null || i.CutOverAt is not null) && !i.LacksLastStatistics);

    public static void NoteConfigured(BehaviorContext<Migration, SiteConfigured> c) => c.Saga.Items.SingleOrDefault(i => i.Id == c.Message.ItemId)?.NoteConfigured(c.Message);
}

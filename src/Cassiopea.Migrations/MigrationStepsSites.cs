using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>A site and its databases are one move: when the last deltas of all are verified, the site is told its new databases, then DNS may change.</summary>
internal static class MigrationStepsSites
{
    public static void Configure(Migration m)
    {
        var databases = m.Active.Where(i => i.Kind == ItemKind.Database && i is { Source: not null, Target: not null }).OrderBy(i => i.Name, StringComparer.Ordinal).ToList();
        if (databases.Any(d => d.State != ItemState.CutOver))
            return;
        foreach (var site in MigrationStepsCopy.ByName(m).Where(i => i is { Kind: ItemKind.Site, State: ItemState.CutOver, ConfigureAskedAt: null, CutOverAt: null }))
        {
            site.ConfigureAskedAt = m.Turn.Now;
            foreach (var database in databases)
                m.Turn.Send(new CredentialGranted(database.Target!.CredentialId, m.MemberId, m.CorrelationId, site.Id, KindCommands.Service(ItemKind.Site), m.Turn.Now + m.Turn.Options.CredentialGrant));
            m.Turn.Send(KindCommands.Configure(site, databases));
        }
    }

    /// <summary>Every site runs at the new place, and its last visit statistics are delivered.</summary>
    public static bool Configured(Migration m) => m.Active.Where(i => i.Kind == ItemKind.Site).All(i => (i.ConfiguredAt is not null || i.CutOverAt is not null) && !i.LacksLastStatistics);

    public static void NoteConfigured(BehaviorContext<Migration, SiteConfigured> c) => c.Saga.Items.SingleOrDefault(i => i.Id == c.Message.ItemId)?.NoteConfigured(c.Message);
}

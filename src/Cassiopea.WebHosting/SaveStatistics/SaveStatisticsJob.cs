using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Ftp;
using Cassiopea.ServiceDefaults;
using Cassiopea.Sites.Statistics;
using Cassiopea.Transfer;
using SitePath = Cassiopea.Sites.Tree.SitePath;

namespace Cassiopea.WebHosting;

/// <summary>Gathers what the old host counted, from its files and over HTTP, and packs it for the member. It may run again at any time.</summary>
internal sealed class SaveStatisticsJob(ItemPass pass, SiteEnds ends, SiteEngine engine, SiteFiles files, SiteWeb web, TimeProvider time, ILogger<SaveStatisticsJob> log) : IJob
{
    public const string Kind = "save-statistics";

    private const string NothingFound = "Neither among the site's files nor on the usual pages are there visit statistics: the member says no, or names the page that shows them.";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<SaveStatistics>();
        SavedStatistics? saved = null;
        var failure = await pass.LookAsync(
            run, command.Source, FailureSide.Source, SiteEnds.Rules, async (login, stop) => saved = await SaveAsync(run, command, ends.AccountOf(login), stop), token);
        await run.CompleteAsync(new StatisticsSaved(run.MigrationId, run.ItemId, command.Round, command.Last, saved, failure, time.GetUtcNow()), token);
        log.StatisticsSaved(run.ItemId, command.Round, saved?.RawFiles ?? 0, saved?.Pages ?? 0, saved?.Months ?? 0, failure?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf)
    {
        var command = run.Args<SaveStatistics>();
        return [new StatisticsSaved(run.MigrationId, run.ItemId, command.Round, command.Last, null, failure, asOf)];
    }

    private async Task<SavedStatistics> SaveAsync(JobRun run, SaveStatistics command, SiteAccount account, CancellationToken token)
    {
        var asOf = time.GetUtcNow();
        var name = string.Create(CultureInfo.InvariantCulture, $"statistics-{command.Round}.zip");
        await using StatisticsPacket packet = new(command.Site, files.PartOf(run.MigrationId, run.ItemId, name));
        VisitStatistics statistics;
        await using (FtpSiteTree tree = new(account, TransferSide.Source, engine.Session(), engine.Connections))
        {
            List<SitePath> found = [];
            await foreach (var entry in tree.ListAsync(token))
            {
                if (entry.Kind == Sites.Tree.SiteEntryKind.File && StatisticsReader.Wants(entry.Path))
                    found.Add(entry.Path);
            }

            statistics = await StatisticsReader.ReadAsync(tree, found, token);
            await packet.AddFilesAsync(tree, statistics, token);
        }

        foreach (var page in await web.StatisticsAsync(command.Site, command.Page, mustAnswer: statistics.Files.Count == 0 || command.Page.Length > 0, token))
            await packet.AddPageAsync(page, token);
        if (packet.RawFiles + packet.Pages == 0)
            throw PassFailureException.Refused(FailureSide.Source, FailureCode.ItemMissing, NothingFound);
        var (bytes, hash) = await packet.FinishAsync(token);
        var months = statistics.Months.Select(static m => string.Create(CultureInfo.InvariantCulture, $"{m.Year:0000}-{m.Month:00}")).Distinct().Order(StringComparer.Ordinal).ToList();
        return new SavedStatistics(packet.RawFiles, packet.Pages, months.Count, months.FirstOrDefault(""), months.LastOrDefault(""), new ArchivePart(name, bytes, hash), asOf, packet.LeftOut);
    }
}

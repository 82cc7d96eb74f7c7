using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Transfer;

namespace Cassiopea.WebHosting;

/// <summary>Puts all files of a site into an archive for the member; an earlier one stays until the new one is told. It may run again from its beginning at any time.</summary>
internal sealed class ArchiveSiteJob(ItemPass pass, SiteEnds ends, SiteEngine engine, SiteFiles files, TimeProvider time, ILogger<ArchiveSiteJob> log) : IJob
{
    public const string Kind = "archive-site";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<ArchiveSite>();
        ItemArchived? archived = null;
        SiteArchive? archive = null;
        var failure = await pass.LookAsync(
            run,
            command.Source,
            FailureSide.Source,
            SiteEnds.Rules,
            async (login, stop) =>
            {
                await using FtpSiteTree tree = new(ends.AccountOf(login), TransferSide.Source, engine.Session(), engine.Connections);
                archive = new(files.PartsOf(run.MigrationId, run.ItemId), command.Round, engine.ArchivePartBytes);
                var made = await archive.WriteAsync(tree, time, stop);
                archived = new ItemArchived(run.MigrationId, run.ItemId, 0, made, made.Messages, [.. archive.Missing.Take(PassException.MostInEvent)], made.AsOf);
            },
            token);
        await run.CompleteAsync(archived ?? NotMade(run, failure!, time.GetUtcNow()), token);
        if (archived is not null)
            archive!.RemoveEarlier(archived.Archive);
        log.Archived(run.ItemId, command.Round, archived?.Archive.Messages ?? 0, archived?.Archive.Bytes ?? 0, failure?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) => [NotMade(run, failure, asOf)];

    /// <summary>No archive: the failure is its exception, an earlier archive stays, and the site itself goes on.</summary>
    private static ItemArchived NotMade(JobRun run, Failure failure, DateTimeOffset asOf) => new(
        run.MigrationId, run.ItemId, 0, new ItemArchive(0, 0, null, false, "", [], asOf), 0, [new ItemException("archive", failure, "Staff ask for the archive again.")], asOf);
}

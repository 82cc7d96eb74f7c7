using Cassiopea.Contracts;
using Cassiopea.Ftp;
using Cassiopea.Ftp.Site;
using Cassiopea.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Cassiopea.WebHosting;

/// <summary>
/// Copies one site, or what has changed since the last pass; once visitors are at the new place it only tells what was written at the old one.
/// Killed at any moment it goes on from the engine's journal.
/// </summary>
internal class TransferSiteJob(ItemPass pass, SiteEnds ends, SiteEngine engine, SiteFiles files, OldPlace old, IOptions<JobOptions> jobs, TimeProvider time, WebHostingContext db, ILogger<TransferSiteJob> log)
    : IJob
{
    public const string Kind = "transfer-site";

    public Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<TransferSite>();
        return pass.RunAsync(
            run, command.Source, command.Target, SiteEnds.Rules,
            (source, target, stop) => command.ReportOnly ? ReportAsync(run, ends.AccountOf(source), stop) : TransferAsync(run, command, ends.AccountOf(source), ends.AccountOf(target), stop),
            token);
    }

    private async Task TransferAsync(JobRun run, TransferSite command, SiteAccount source, SiteAccount target, CancellationToken token)
    {
        await old.PutCopiesBackAsync(run, source, target, token);
        if (command.Bucket == Bucket.CutOver)
            await old.RememberAsync(run.ItemId, source, token);
        PassProgress progress = new(run, time, jobs.Value.ReportEvery, log);
        var settings = engine.Copy(await SiteCache.PatternsAsync(db, run.ItemId, token)) with { Progress = progress.Take, ProgressEvery = jobs.Value.ReportEvery / 2 };
        var journal = files.JournalOf(run.ItemId, command.Source, command.Target);
        var result = await progress.WatchAsync(stop => new SiteCopy(time).RunAsync(source, target, journal, settings, stop), token);
        if (result.Failure is { } failure)
        {
            await progress.KeepAsync(result.Counts, result.Bytes, CancellationToken.None);
            token.ThrowIfCancellationRequested();
            throw new PassFailureException(PassFailures.Of(failure));
        }

        var exceptions = result.Exceptions.Select(PassFailures.Of).ToList();
        var outcome = progress.Transferred(result.Counts, result.Bytes, exceptions);
        await run.CompleteAsync<WebHostingContext>(own => PassException.KeepAsync(own, run.ItemId, run.Pass, PassStep.Transfer, exceptions, token), [outcome], token);
        SiteMeters.Transferred(result.Counts.Copied, result.Bytes);
        log.Transferred(run.ItemId, run.Pass, outcome.Counts.Source, outcome.Counts.Copied, outcome.Counts.AlreadyThere, outcome.Counts.Refused, outcome.Bytes, outcome.Seconds);
    }

    private async Task ReportAsync(JobRun run, SiteAccount source, CancellationToken token)
    {
        var (total, exceptions) = await old.WrittenSinceAsync(run.ItemId, source, token);
        var changed = exceptions.Count(static e => e.Failure.Code == FailureCode.ItemAltered);
        ItemTransferred outcome = new(
            run.MigrationId, run.ItemId, run.Pass, new Contracts.TransferCounts(total, 0, total - changed, changed, 0, 0, 0, exceptions.Count - changed), 0, 0, [.. exceptions.Take(PassException.MostInEvent)], time.GetUtcNow());
        await run.CompleteAsync<WebHostingContext>(own => PassException.KeepAsync(own, run.ItemId, run.Pass, PassStep.Transfer, exceptions, token), [outcome], token);
        log.Stragglers(run.ItemId, run.Pass, exceptions.Count);
    }
}

/// <summary>The same for the passes of a cut-over, with workers of its own.</summary>
internal sealed class CutOverTransferJob(
    ItemPass pass, SiteEnds ends, SiteEngine engine, SiteFiles files, OldPlace old, IOptions<JobOptions> jobs, TimeProvider time, WebHostingContext db, ILogger<TransferSiteJob> log)
    : TransferSiteJob(pass, ends, engine, files, old, jobs, time, db, log)
{
    public new const string Kind = "cut-over-transfer-site";
}

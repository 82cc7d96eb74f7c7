using Cassiopea.Contracts;
using Cassiopea.Ftp;
using Cassiopea.Ftp.Site;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.WebHosting;

/// <summary>Reads both ends again and compares every file, whatever the transfer said of it.</summary>
internal class VerifySiteJob(ItemPass pass, SiteEnds ends, SiteEngine engine, SiteFiles files, OldPlace old, TimeProvider time, WebHostingContext db, ILogger<VerifySiteJob> log) : IJob
{
    public const string Kind = "verify-site";

    public Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<VerifySite>();
        return pass.RunAsync(
            run, command.Source, command.Target, SiteEnds.Rules, (source, target, stop) => VerifyAsync(run, command.Remember, ends.AccountOf(source), ends.AccountOf(target), stop), token);
    }

    private async Task VerifyAsync(JobRun run, bool remember, SiteAccount source, SiteAccount target, CancellationToken token)
    {
        if (remember)
            await old.RememberAsync(run.ItemId, source, token);
        var settings = engine.Copy(await SiteCache.PatternsAsync(db, run.ItemId, token)) with { Manifest = files.ManifestOf(run.ItemId, run.Pass) };
        var result = await new SiteVerification(time).RunAsync(source, target, settings, token);
        if (result.Failure is { } failure)
        {
            token.ThrowIfCancellationRequested();
            throw new PassFailureException(PassFailures.Of(failure));
        }

        var differences = result.Exceptions.Select(PassFailures.Of).ToList();
        var compared = result.Counts.Source - result.Counts.Excluded;
        var grade = SiteGrade.Of(compared, result.ExceptionCount, differences);
        ItemVerified outcome = new(
            run.MigrationId, run.ItemId, run.Pass, compared, result.Bytes, result.ExceptionCount == 0, [.. differences.Take(PassException.MostInEvent)], result.ExceptionCount, grade, result.ManifestSha256, time.GetUtcNow());
        await run.CompleteAsync<WebHostingContext>(own => KeepAsync(own, outcome, result.Extra, differences, token), [outcome], token);
        SiteMeters.Verified(compared);
        log.Verified(run.ItemId, run.Pass, compared, result.ExceptionCount, grade, result.Bytes, result.Seconds);
    }

    private static async Task KeepAsync(WebHostingContext db, ItemVerified outcome, long extra, IReadOnlyList<ItemException> differences, CancellationToken token)
    {
        await PassException.KeepAsync(db, outcome.ItemId, outcome.Pass, PassStep.Verify, differences, token);
        await db.Manifests.Where(x => x.ItemId == outcome.ItemId && x.Pass == outcome.Pass).ExecuteDeleteAsync(token);
        db.Manifests.Add(new Manifest
        {
            ItemId = outcome.ItemId,
            Pass = outcome.Pass,
            Sha256 = outcome.ManifestSha256,
            Grade = outcome.Grade,
            Compared = outcome.Compared,
            Bytes = outcome.Bytes,
            Extra = extra,
            Differences = outcome.DifferenceCount,
            AsOf = outcome.AsOf,
        });
    }
}

/// <summary>The same for the passes of a cut-over, with workers of its own.</summary>
internal sealed class CutOverVerifyJob(ItemPass pass, SiteEnds ends, SiteEngine engine, SiteFiles files, OldPlace old, TimeProvider time, WebHostingContext db, ILogger<VerifySiteJob> log)
    : VerifySiteJob(pass, ends, engine, files, old, time, db, log)
{
    public new const string Kind = "cut-over-verify-site";
}

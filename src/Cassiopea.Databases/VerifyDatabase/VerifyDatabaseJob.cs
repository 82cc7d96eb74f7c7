using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.MySql;
using Cassiopea.MySql.Engine;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Databases;

/// <summary>Reads both ends again and compares every row, whatever the transfer said of it.</summary>
internal class VerifyDatabaseJob(ItemPass pass, DatabaseEngine engine, DatabaseFiles files, TimeProvider time, ILogger<VerifyDatabaseJob> log) : IJob
{
    public const string Kind = "verify-database";

    public Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<VerifyDatabase>();
        return pass.RunAsync(
            run, command.Source, command.Target, DatabaseEnds.Rules,
            (source, target, stop) => VerifyAsync(run, command.Choices, DatabaseEnds.AccountOf(source), DatabaseEnds.AccountOf(target), stop), token);
    }

    private async Task VerifyAsync(JobRun run, DatabaseChoices? choices, MySqlAccount source, MySqlAccount target, CancellationToken token)
    {
        var result = await new DatabaseVerification(time).RunAsync(source, target, files.ManifestOf(run.ItemId, run.Pass), engine.Copy(choices), token);
        var differences = result.Differences.Select(PassFailures.Of).ToList();
        var grade = DatabaseGrade.Of(result.Compared, result.DifferenceCount, result.Tables.Any(static t => t.Chunks == 0));
        ItemVerified outcome = new(
            run.MigrationId, run.ItemId, run.Pass, result.Compared, result.Bytes, result.Equal,
            [.. differences.Take(PassException.MostInEvent)], result.DifferenceCount, grade, result.ManifestSha256, time.GetUtcNow());
        await run.CompleteAsync<DatabasesContext>(db => KeepAsync(db, outcome, result, differences, token), [outcome], token);
        DatabasesMeters.Verified(result.Compared);
        log.Verified(run.ItemId, run.Pass, result.Compared, result.DifferenceCount, grade, result.Bytes, result.Seconds);
    }

    private static async Task KeepAsync(DatabasesContext db, ItemVerified outcome, DatabaseVerificationResult result, IReadOnlyList<ItemException> differences, CancellationToken token)
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
            Extra = result.Extra,
            Differences = outcome.DifferenceCount,
            Tables = JsonSerializer.Serialize(result.Tables, JsonSerializerOptions.Web),
            AsOf = outcome.AsOf,
        });
    }
}

/// <summary>The same for the passes of a cut-over, with workers of its own.</summary>
internal sealed class CutOverVerifyJob(ItemPass pass, DatabaseEngine engine, DatabaseFiles files, TimeProvider time, ILogger<VerifyDatabaseJob> log)
    : VerifyDatabaseJob(pass, engine, files, time, log)
{
    public new const string Kind = "cut-over-verify-database";
}

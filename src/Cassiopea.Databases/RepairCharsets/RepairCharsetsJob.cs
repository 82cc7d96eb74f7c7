using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.MySql.Charsets;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Databases;

/// <summary>Repairs the approved columns at the new place, one after the other, each in a transaction; those that are done are not looked at again.</summary>
internal sealed class RepairCharsetsJob(EndpointLogins logins, DatabaseEngine engine, TimeProvider time, ILogger<RepairCharsetsJob> log) : IJob
{
    public const string Kind = "repair-charsets";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<RepairCharsets>();
        var done = Done(run);
        var failure = await DatabaseStep.RunAsync(FailureSide.Target, async () =>
        {
            await using var login = await logins.OpenAsync(command.Target, FailureSide.Target, DatabaseEnds.Rules, run.Id, token);
            foreach (var column in command.Columns.Where(c => done.TrueForAll(d => d.Column != c)))
            {
                done.Add(await RepairAsync(login, column, token));
                await run.SaveCheckpointAsync(JsonSerializer.Serialize(done, JsonSerializerOptions.Web), token);
            }
        }, token);
        await run.CompleteAsync(new CharsetsRepaired(run.MigrationId, run.ItemId, run.Pass, done, failure, time.GetUtcNow()), token);
        log.Repaired(run.ItemId, run.Pass, done.Count, done.Sum(static c => c.Repaired), failure?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new CharsetsRepaired(run.MigrationId, run.ItemId, run.Pass, Done(run), failure, asOf)];

    private async Task<RepairedCharset> RepairAsync(EndpointLogin login, string column, CancellationToken token)
    {
        var repaired = await DatabaseCharsets.RepairAsync(DatabaseEnds.AccountOf(login), [column], engine.Copy(), token);
        if (repaired is not [var made])
            throw PassFailureException.Refused(FailureSide.Target, FailureCode.ItemMissing, $"The new database has no text column {column} whose character set can be repaired.");
        if (made.Failure is { } refused)
            throw new PassFailureException(PassFailures.Of(refused));
        return new RepairedCharset(column, made.Column.NonAscii, made.Column.Doubled, made.Repaired);
    }

    private static List<RepairedCharset> Done(JobRun run) =>
        run.Checkpoint is { } json ? JsonSerializer.Deserialize<List<RepairedCharset>>(json, JsonSerializerOptions.Web)! : [];
}

using Cassiopea.Contracts;
using Cassiopea.MySql.Charsets;
using Cassiopea.MySql.Engine;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Databases;

/// <summary>Enters a database at the ends that are known and measures it; writes nothing there.</summary>
internal sealed class SurveyDatabaseJob(ItemPass pass, EndpointLogins logins, DatabaseEngine engine, DatabaseFiles files, TimeProvider time, ILogger<SurveyDatabaseJob> log) : IJob
{
    public const string Kind = "survey-database";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<SurveyDatabase>();
        List<Fact> facts = [];
        (long Rows, long Bytes) size = default;
        var source = await EnterAsync(run, command.Source, FailureSide.Source, command.Choices, old =>
        {
            facts.AddRange(DatabaseFacts.OfSource(old));
            size = (old.Rows, old.Bytes);
        }, token);
        var target = command.Target is null ? null : await EnterAsync(run, command.Target, FailureSide.Target, command.Choices, @new => facts.AddRange(DatabaseFacts.OfTarget(@new)), token);
        var entered = command.Target is not null && target is null;
        Prediction? prediction = null;
        if (source is null)
            source = await ItemPass.LookAsync(run, FailureSide.Source, async () => facts.AddRange(DatabaseFacts.OfCharsets(await CharsetsAsync(run, command, token))), token);
        if (source is null && entered)
        {
            target = await ItemPass.LookAsync(run, FailureSide.Target, async () =>
            {
                var dry = await ForetellAsync(run, command, token);
                prediction = DatabasePreflight.Prediction(dry, size.Rows, size.Bytes, time.GetUtcNow());
                facts.AddRange(DatabasePreflight.Facts(dry));
                DatabasePreflight.Require(dry);
            }, token);
        }

        await run.CompleteAsync(new ItemSurveyed(run.MigrationId, run.ItemId, facts, source, target, entered, time.GetUtcNow(), run.Pass, prediction), token);
        log.Surveyed(run.ItemId, run.Pass, source?.Code ?? "ok", command.Target is null ? "not known yet" : target?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ItemSurveyed(run.MigrationId, run.ItemId, [], failure, null, false, asOf, run.Pass)];

    /// <summary>What a first copy would meet: both ends are read, nothing is written.</summary>
    private async Task<DatabaseCopyResult> ForetellAsync(JobRun run, SurveyDatabase command, CancellationToken token)
    {
        await using var old = await logins.OpenAsync(command.Source, FailureSide.Source, DatabaseEnds.Rules, run.Id, token);
        await using var @new = await logins.OpenAsync(command.Target!, FailureSide.Target, DatabaseEnds.Rules, run.Id, token);
        var journal = files.JournalOf(run.ItemId, command.Source, command.Target!);
        return await new DatabaseCopy(time).RunAsync(
            DatabaseEnds.AccountOf(old), DatabaseEnds.AccountOf(@new), journal, engine.Copy(command.Choices) with { DryRun = true }, token);
    }

    private async Task<IReadOnlyList<ColumnCharset>> CharsetsAsync(JobRun run, SurveyDatabase command, CancellationToken token)
    {
        await using var old = await logins.OpenAsync(command.Source, FailureSide.Source, DatabaseEnds.Rules, run.Id, token);
        return await DatabaseCharsets.DetectAsync(DatabaseEnds.AccountOf(old), Transfer.TransferSide.Source, engine.Copy(command.Choices), token);
    }

    private Task<Failure?> EnterAsync(JobRun run, Endpoint endpoint, FailureSide side, DatabaseChoices? choices, Action<DatabaseSurveyResult> found, CancellationToken token) => pass.LookAsync(
        run,
        endpoint,
        side,
        DatabaseEnds.Rules,
        async (login, stop) => found(await DatabaseSurvey.RunAsync(DatabaseEnds.AccountOf(login), PassFailures.SideOf(side), engine.Copy(choices), stop)),
        token);
}

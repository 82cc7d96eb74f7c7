using Cassiopea.Contracts;
using Cassiopea.MySql.Engine;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Databases;

/// <summary>Enters a database at the ends that are known and measures it; writes nothing there.</summary>
internal sealed class SurveyDatabaseJob(EndpointLogins logins, DatabaseEngine engine, TimeProvider time, ILogger<SurveyDatabaseJob> log) : IJob
{
    public const string Kind = "survey-database";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<SurveyDatabase>();
        List<Fact> facts = [];
        var source = await EnterAsync(run, command.Source, FailureSide.Source, old => facts.AddRange(DatabaseFacts.OfSource(old)), token);
        var target = command.Target is null ? null : await EnterAsync(run, command.Target, FailureSide.Target, @new => facts.AddRange(DatabaseFacts.OfTarget(@new)), token);
        var entered = command.Target is not null && target is null;
        await run.CompleteAsync(new ItemSurveyed(run.MigrationId, run.ItemId, facts, source, target, entered, time.GetUtcNow(), run.Pass), token);
        log.Surveyed(run.ItemId, run.Pass, source?.Code ?? "ok", command.Target is null ? "not known yet" : target?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ItemSurveyed(run.MigrationId, run.ItemId, [], failure, null, false, asOf, run.Pass)];

    private Task<Failure?> EnterAsync(JobRun run, Endpoint endpoint, FailureSide side, Action<DatabaseSurveyResult> found, CancellationToken token) => ItemPass.LookAsync(
        run,
        side,
        async () =>
        {
            await using var login = await logins.OpenAsync(endpoint, side, DatabaseEnds.Rules, run.Id, token);
            found(await DatabaseSurvey.RunAsync(DatabaseEnds.AccountOf(login), PassFailures.SideOf(side), engine.Copy(), token));
        },
        token);
}

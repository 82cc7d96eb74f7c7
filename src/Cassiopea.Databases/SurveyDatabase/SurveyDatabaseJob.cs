using Cassiopea.Contracts;
using Cassiopea.MySql.Engine;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Databases;

/// <summary>Enters a database at the ends that are known and measures it; writes nothing there.</summary>
internal sealed class SurveyDatabaseJob(DatabaseLogins logins, DatabaseEngine engine, TimeProvider time, ILogger<SurveyDatabaseJob> log) : IJob
{
    public const string Kind = "survey-database";

    /// <summary>A person waits for the answer: a server that is away is told after a few tries.</summary>
    private const int Tries = 3;

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<SurveyDatabase>();
        var source = await EnterAsync(run, command.Source, FailureSide.Source, token);
        var target = command.Target is null ? null : await EnterAsync(run, command.Target, FailureSide.Target, token);

        List<Fact> facts = [];
        if (source.Result is { } old)
            facts.AddRange(DatabaseFacts.OfSource(old));
        if (target?.Result is { } @new)
            facts.AddRange(DatabaseFacts.OfTarget(@new));
        await run.CompleteAsync(
            new ItemSurveyed(run.MigrationId, run.ItemId, facts, source.Failure, target?.Failure, target?.Result is not null, time.GetUtcNow(), run.Pass), token);
        log.Surveyed(run.ItemId, run.Pass, source.Failure?.Code ?? "ok", target is null ? "not known yet" : target.Failure?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ItemSurveyed(run.MigrationId, run.ItemId, [], failure, null, false, asOf, run.Pass)];

    private async Task<Entered> EnterAsync(JobRun run, Endpoint endpoint, FailureSide side, CancellationToken token)
    {
        try
        {
            await using var login = await logins.OpenAsync(endpoint, side, run.Id, token);
            return new Entered(await DatabaseSurvey.RunAsync(login.Account, PassFailures.SideOf(side), engine.Copy(), token), null);
        }
        catch (Exception e) when (!token.IsCancellationRequested && PassFailures.Of(e, side) is { } failure)
        {
            if (failure.Kind == FailureKind.Passing && run.Attempts < Tries)
                throw new PassingFailureException(failure, e);
            return new Entered(null, failure);
        }
    }

    private sealed record Entered(DatabaseSurveyResult? Result, Failure? Failure);
}

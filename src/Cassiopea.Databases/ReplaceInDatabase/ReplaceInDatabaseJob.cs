using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.MySql.Replace;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Databases;

/// <summary>Replaces texts in the values of a database at the new place, or counts them. Killed at any moment it begins again: what holds the new text already stays.</summary>
internal class ReplaceInDatabaseJob(EndpointLogins logins, DatabaseEngine engine, TimeProvider time, ILogger<ReplaceInDatabaseJob> log) : IJob
{
    public const string Kind = "replace-in-database";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<ReplaceInDatabase>();
        ReplacementResult? result = null;
        var failure = await DatabaseStep.RunAsync(FailureSide.Target, async () =>
        {
            IReadOnlyList<Replacement> replacements = [.. command.Replacements.Select(static r => new Replacement(r.From, r.To))];
            RefuseFeeding(replacements);
            await using var login = await logins.OpenAsync(command.Target, FailureSide.Target, DatabaseEnds.Rules, run.Id, token);
            result = await DatabaseReplacement.RunAsync(
                DatabaseEnds.AccountOf(login), replacements,
                new() { DryRun = command.DryRun, TrustedRoots = engine.Copy().TrustedRoots }, token);
        }, token);
        var outcome = Outcome(run, command.DryRun, result, failure, time.GetUtcNow());
        await run.CompleteAsync(outcome, token);
        log.Replaced(run.ItemId, run.Pass, command.DryRun, outcome.Values, outcome.Places, failure?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) => [Outcome(run, run.Args<ReplaceInDatabase>().DryRun, null, failure, asOf)];

    /// <summary>A text that one replacement makes and the set replaces again would change with each repetition, and a run that was killed is repeated.</summary>
    private static void RefuseFeeding(IReadOnlyList<Replacement> replacements)
    {
        if (replacements.Count == 0 || replacements.Any(static r => r.From.Length == 0))
            throw PassFailureException.Refused(FailureSide.Us, FailureCode.NotExpressible, "There is no text to be replaced.");
        if (Replacement.Feeding(replacements) is not null)
            throw PassFailureException.Refused(FailureSide.Us, FailureCode.NotExpressible, "One replacement makes a text that another one replaces: name the last text in both.");
    }

    private static DatabaseReplaced Outcome(JobRun run, bool dryRun, ReplacementResult? result, Failure? failure, DateTimeOffset asOf) => new(
        run.MigrationId, run.ItemId, run.Pass, dryRun, result?.Values ?? 0, result?.Places ?? 0,
        [.. (result?.Columns ?? []).Take(PassException.MostInEvent).Select(static c => new ReplacedInColumn($"{c.Table}.{c.Column}", c.Values, c.Places, c.Damaged, c.TooLong))],
        [.. (result?.Columns ?? []).SelectMany(Left).Take(PassException.MostInEvent)], failure, asOf);

    private static IEnumerable<ItemException> Left(ReplacedColumn column)
    {
        if (column.Damaged > 0)
            yield return Left(column, FailureCode.ItemUnreadable, string.Create(CultureInfo.InvariantCulture, $"{column.Damaged} values are serialised PHP that PHP itself cannot read: left alone."));
        if (column.TooLong > 0)
            yield return Left(column, FailureCode.TooBig, string.Create(CultureInfo.InvariantCulture, $"{column.TooLong} values would not fit into the column: left alone."));
    }

    private static ItemException Left(ReplacedColumn column, string code, string text) => new(
        $"{column.Table}.{column.Column}", new Failure(FailureSide.Target, FailureKind.Refused, code, text), "Look at these values in the site's own administration.");
}

/// <summary>The counting before it: unique by itself, so that both may be asked of one pass.</summary>
internal sealed class CountInDatabaseJob(EndpointLogins logins, DatabaseEngine engine, TimeProvider time, ILogger<ReplaceInDatabaseJob> log) : ReplaceInDatabaseJob(logins, engine, time, log)
{
    public new const string Kind = "count-in-database";
}

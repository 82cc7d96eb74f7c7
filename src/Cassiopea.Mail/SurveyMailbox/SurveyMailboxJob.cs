using Cassiopea.Contracts;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Preflight;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Mail;

/// <summary>Enters a mailbox at the ends that are known and measures it; writes nothing there.</summary>
internal sealed class SurveyMailboxJob(ItemPass pass, EndpointLogins logins, MailboxEnds ends, MailboxEngine engine, ProtocolFacts protocols, MailboxSurroundings surroundings, MailboxFiles files, TimeProvider time, ILogger<SurveyMailboxJob> log) : IJob
{
    public const string Kind = "survey-mailbox";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<SurveyMailbox>();
        List<Fact> facts = [];
        var source = await EnterAsync(run, command.Source, FailureSide.Source, old => facts.AddRange(MailboxFacts.OfSource(old)), token);
        var target = command.Target is null ? null : await EnterAsync(run, command.Target, FailureSide.Target, @new => facts.AddRange(MailboxFacts.OfTarget(@new)), token);
        var entered = command.Target is not null && target is null;
        facts.AddRange(await protocols.OfAsync(command.Source.Login, token));
        facts.AddRange(await AroundAsync(command.Source.Login, token));
        var prediction = source is null && entered ? await ForetellAsync(run, command, token) : null;
        await run.CompleteAsync(
            new ItemSurveyed(run.MigrationId, run.ItemId, facts, source, target, entered, time.GetUtcNow(), run.Pass, prediction), token);
        log.Surveyed(run.ItemId, run.Pass, source?.Code ?? "ok", command.Target is null ? "not known yet" : target?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ItemSurveyed(run.MigrationId, run.ItemId, [], failure, null, false, asOf, run.Pass)];

    private async Task<IEnumerable<Fact>> AroundAsync(string login, CancellationToken token)
    {
        try
        {
            return MailboxSurroundings.Facts(await surroundings.OfAsync(login, token));
        }
        catch (PassFailureException unreadable)
        {
            return [new Fact("around-problem", unreadable.Failure.Text)];
        }
    }

    /// <summary>The dry run: what a pass would do now. A problem that it finds is told, it stops nothing here.</summary>
    private async Task<Prediction> ForetellAsync(JobRun run, SurveyMailbox command, CancellationToken token)
    {
        await using var old = await logins.OpenAsync(command.Source, FailureSide.Source, MailboxEnds.Rules, run.Id, token);
        await using var @new = await logins.OpenAsync(command.Target!, FailureSide.Target, MailboxEnds.Rules, run.Id, token);
        using var from = ends.Of(old, run.ItemId);
        using var to = ends.Of(@new, run.ItemId);
        var journal = files.JournalOf(run.ItemId, command.Source, command.Target!);
        var dry = await new MailboxPreflight(time).RunAsync(from.Account, to.Account, journal, engine.Transfer() with { OnlineSince = command.OnlineSince }, token);
        return new Prediction(
            dry.Prediction.Items, dry.Prediction.Bytes, dry.Prediction.SecondsAtMost,
            [.. dry.Problems.Take(PassException.MostInEvent).Select(problem => PassFailures.Of(problem.What))], dry.Prediction.AsOf);
    }

    private Task<Failure?> EnterAsync(JobRun run, Endpoint endpoint, FailureSide side, Action<MailboxSurveyResult> found, CancellationToken token) => pass.LookAsync(
        run,
        endpoint,
        side,
        MailboxEnds.Rules,
        async (login, stop) =>
        {
            using var end = ends.Of(login, run.ItemId);
            found(await MailboxSurvey.RunAsync(end.Account, PassFailures.SideOf(side), engine.Transfer(), stop));
        },
        token);
}

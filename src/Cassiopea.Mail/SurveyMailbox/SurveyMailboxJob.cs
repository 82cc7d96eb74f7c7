using Cassiopea.Contracts;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Preflight;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Mail;

/// <summary>Enters a mailbox at the ends that are known and measures it; writes nothing there.</summary>
internal sealed class SurveyMailboxJob(MailboxLogins logins, MailboxEngine engine, ProtocolFacts protocols, MailboxSurroundings surroundings, MailboxFiles files, TimeProvider time, ILogger<SurveyMailboxJob> log) : IJob
{
    public const string Kind = "survey-mailbox";

    /// <summary>A person waits for the answer: a server that is away is told after a few tries.</summary>
    private const int Tries = 3;

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<SurveyMailbox>();
        var source = await EnterAsync(run, command.Source, FailureSide.Source, token);
        var target = command.Target is null ? null : await EnterAsync(run, command.Target, FailureSide.Target, token);

        List<Fact> facts = [];
        if (source.Result is { } old)
            facts.AddRange(MailboxFacts.OfSource(old));
        if (target?.Result is { } @new)
            facts.AddRange(MailboxFacts.OfTarget(@new));
        facts.AddRange(await protocols.OfAsync(command.Source.Login, token));
        facts.AddRange(await AroundAsync(command.Source.Login, token));
        var prediction = source.Result is not null && target?.Result is not null ? await ForetellAsync(run, command, token) : null;
        await run.CompleteAsync(
            new ItemSurveyed(run.MigrationId, run.ItemId, facts, source.Failure, target?.Failure, target?.Result is not null, time.GetUtcNow(), run.Pass, prediction), token);
        log.Surveyed(run.ItemId, run.Pass, source.Failure?.Code ?? "ok", target is null ? "not known yet" : target.Failure?.Code ?? "ok");
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
        await using var from = await logins.OpenAsync(command.Source, FailureSide.Source, run, token);
        await using var to = await logins.OpenAsync(command.Target!, FailureSide.Target, run, token);
        var journal = files.JournalOf(run.ItemId, command.Source, command.Target!);
        var dry = await new MailboxPreflight(time).RunAsync(from.Account, to.Account, journal, engine.Transfer() with { OnlineSince = command.OnlineSince }, token);
        return new Prediction(
            dry.Prediction.Items, dry.Prediction.Bytes, dry.Prediction.SecondsAtMost,
            [.. dry.Problems.Take(PassException.MostInEvent).Select(problem => PassFailures.Of(problem.What))], dry.Prediction.AsOf);
    }

    private async Task<Entered> EnterAsync(JobRun run, Endpoint endpoint, FailureSide side, CancellationToken token)
    {
        try
        {
            await using var login = await logins.OpenAsync(endpoint, side, run, token);
            return new Entered(await MailboxSurvey.RunAsync(login.Account, PassFailures.SideOf(side), engine.Transfer(), token), null);
        }
        catch (Exception e) when (!token.IsCancellationRequested && PassFailures.Of(e, side) is { } failure)
        {
            if (failure.Kind == FailureKind.Passing && run.Attempts < Tries)
                throw new PassingFailureException(failure, e);
            return new Entered(null, failure);
        }
    }

    private sealed record Entered(MailboxSurveyResult? Result, Failure? Failure);
}

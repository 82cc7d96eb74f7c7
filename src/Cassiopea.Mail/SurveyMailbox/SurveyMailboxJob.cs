using Cassiopea.Contracts;
using Cassiopea.Imap.Mailbox;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Mail;

/// <summary>Enters a mailbox at the ends that are known and measures it; writes nothing there.</summary>
internal sealed class SurveyMailboxJob(MailboxLogins logins, MailboxEngine engine, LoginLog loginLog, TimeProvider time, ILogger<SurveyMailboxJob> log) : IJob
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
        facts.AddRange(await ProtocolAsync(command.Source.Login, token));
        await run.CompleteAsync(
            new ItemSurveyed(run.MigrationId, run.ItemId, facts, source.Failure, target?.Failure, target?.Result is not null, time.GetUtcNow(), run.Pass), token);
        log.Surveyed(run.ItemId, run.Pass, source.Failure?.Code ?? "ok", target is null ? "not known yet" : target.Failure?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ItemSurveyed(run.MigrationId, run.ItemId, [], failure, null, false, asOf, run.Pass)];

    private async Task<IEnumerable<Fact>> ProtocolAsync(string login, CancellationToken token)
    {
        try
        {
            return ProtocolFacts.Of(await loginLog.OfAsync(login, token), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            log.LoginLogUnreadable(e.Message);
            return ProtocolFacts.Of(null, e.GetType().Name);
        }
    }

    private async Task<Entered> EnterAsync(JobRun run, Endpoint endpoint, FailureSide side, CancellationToken token)
    {
        try
        {
            await using var login = await logins.OpenAsync(endpoint, side, run.Id, token);
            return new Entered(await MailboxSurvey.RunAsync(login.Account, MailFailures.SideOf(side), engine.Transfer(), token), null);
        }
        catch (Exception e) when (!token.IsCancellationRequested && MailFailures.Of(e, side) is { } failure)
        {
            if (failure.Kind == FailureKind.Passing && run.Attempts < Tries)
                throw new PassingFailureException(failure, e);
            return new Entered(null, failure);
        }
    }

    private sealed record Entered(MailboxSurveyResult? Result, Failure? Failure);
}

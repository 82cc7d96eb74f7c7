using Cassiopea.Contracts;
using Cassiopea.Imap;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Mail;

/// <summary>One run over both ends of a mailbox: logs in, works, and says how it failed when it did.</summary>
internal sealed class MailboxPass(MailboxLogins logins, TimeProvider time, ILogger<MailboxPass> log)
{
    /// <summary>
    /// Passing failures go back to the queue from the checkpoint; the others end the job with <see cref="ItemTransferFailed"/>.
    /// <paramref name="work"/> completes the run itself when it comes to its end.
    /// </summary>
    public Task RunAsync(JobRun run, Endpoint source, Endpoint target, Func<ImapAccount, ImapAccount, CancellationToken, Task> work, CancellationToken token) => ToldAsync(
        run,
        async () =>
        {
            await using var from = await logins.OpenAsync(source, FailureSide.Source, run, token);
            await using var to = await logins.OpenAsync(target, FailureSide.Target, run, token);
            await WorkAsync([from, to], stop => work(from.Account, to.Account, stop), token);
        },
        token);

    /// <summary>The same over the source alone.</summary>
    public Task RunAsync(JobRun run, Endpoint source, Func<ImapAccount, CancellationToken, Task> work, CancellationToken token) => ToldAsync(
        run,
        async () =>
        {
            await using var from = await logins.OpenAsync(source, FailureSide.Source, run, token);
            await WorkAsync([from], stop => work(from.Account, stop), token);
        },
        token);

    private async Task ToldAsync(JobRun run, Func<Task> work, CancellationToken token)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (!token.IsCancellationRequested && !run.HasEnded && PassFailures.Of(e, FailureSide.Us) is { } failure)
        {
            log.PassFailed(run.Kind, run.ItemId, run.Pass, failure.Side, failure.Kind, failure.Code);
            if (failure.Kind == FailureKind.Passing)
                throw new PassingFailureException(failure, e);
            await run.CompleteAsync(new ItemTransferFailed(run.MigrationId, run.ItemId, run.Pass, failure, time.GetUtcNow()), token);
        }
    }

    private static async Task WorkAsync(MailboxLogin[] ends, Func<CancellationToken, Task> work, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource([token, .. ends.Select(end => end.Lost)]);
        try
        {
            await work(stop.Token);
        }
        catch (Exception) when (!token.IsCancellationRequested && stop.IsCancellationRequested)
        {
            throw ends.First(end => end.Lost.IsCancellationRequested).LostFailure;
        }
    }
}

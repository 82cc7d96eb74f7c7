using Cassiopea.Contracts;
using Cassiopea.MySql;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Databases;

/// <summary>One run over both ends of a database: logs in, works, and says how it failed when it did.</summary>
internal sealed class DatabasePass(DatabaseLogins logins, TimeProvider time, ILogger<DatabasePass> log)
{
    /// <summary>
    /// Passing failures go back to the queue from the checkpoint; the others end the job with <see cref="ItemTransferFailed"/>.
    /// <paramref name="work"/> completes the run itself when it comes to its end.
    /// </summary>
    public async Task RunAsync(JobRun run, Endpoint source, Endpoint target, Func<MySqlAccount, MySqlAccount, CancellationToken, Task> work, CancellationToken token)
    {
        try
        {
            await using var from = await logins.OpenAsync(source, FailureSide.Source, run.Id, token);
            await using var to = await logins.OpenAsync(target, FailureSide.Target, run.Id, token);
            await WorkAsync(from, to, work, token);
        }
        catch (Exception e) when (!token.IsCancellationRequested && !run.HasEnded && PassFailures.Of(e, FailureSide.Us) is { } failure)
        {
            log.PassFailed(run.Kind, run.ItemId, run.Pass, failure.Side, failure.Kind, failure.Code);
            if (failure.Kind == FailureKind.Passing)
                throw new PassingFailureException(failure, e);
            await run.CompleteAsync(new ItemTransferFailed(run.MigrationId, run.ItemId, run.Pass, failure, time.GetUtcNow()), token);
        }
    }

    private static async Task WorkAsync(DatabaseLogin from, DatabaseLogin to, Func<MySqlAccount, MySqlAccount, CancellationToken, Task> work, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token, from.Lost, to.Lost);
        try
        {
            await work(from.Account, to.Account, stop.Token);
        }
        catch (Exception) when (!token.IsCancellationRequested && stop.IsCancellationRequested)
        {
            throw (from.Lost.IsCancellationRequested ? from : to).LostFailure;
        }
    }
}

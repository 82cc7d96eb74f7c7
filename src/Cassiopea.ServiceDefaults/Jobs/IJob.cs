using Cassiopea.Contracts;

namespace Cassiopea.ServiceDefaults;

/// <summary>
/// Does one job. Resolved in a scope of its own. Ends by <see cref="JobRun.CompleteAsync(object, CancellationToken)"/>.
/// Throws <see cref="PassingFailureException"/> to be tried again later from its checkpoint, and whatever it likes for a defect.
/// </summary>
public interface IJob
{
    /// <summary>Runs until done; stops at once when <paramref name="token"/> says so: paused, cancelled, lease lost, or the service ends.</summary>
    Task RunAsync(JobRun run, CancellationToken token);

    /// <summary>What to publish when the job is given up.</summary>
    IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ItemTransferFailed(run.MigrationId, run.ItemId, run.Pass, failure, asOf)];
}

/// <summary>Will pass by itself: the job is tried again later, from its checkpoint.</summary>
public sealed class PassingFailureException(Failure failure, Exception? cause = null) : Exception($"{failure.Code}: {failure.Text}", cause)
{
    public Failure Failure { get; } = failure;
}

/// <summary>Another worker has the job now: this one's writes are refused.</summary>
public sealed class LeaseLostException(Guid job, long epoch) : Exception($"Job {job} is not held under epoch {epoch} any more.");

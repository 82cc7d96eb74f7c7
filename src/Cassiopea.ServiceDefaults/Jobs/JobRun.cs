using System.Text.Json;
using Cassiopea.Contracts;

namespace Cassiopea.ServiceDefaults;

/// <summary>One claim of one job. Every write is refused with <see cref="LeaseLostException"/> once another worker has the job.</summary>
public sealed class JobRun
{
    private readonly JobStore _store;
    private readonly string _args;
    private long _reportedAt;

    internal JobRun(Job job, JobStore store)
    {
        (_store, _args) = (store, job.Args);
        (Id, MigrationId, ItemId, Kind, Pass) = (job.Id, job.MigrationId, job.ItemId, job.Kind, job.Pass);
        (Host, Bucket, Attempts, Checkpoint) = (job.Host, job.Bucket, job.Attempts, job.Checkpoint);
        (Owner, Epoch, Traceparent) = (job.LeaseOwner!.Value, job.LeaseEpoch, job.Traceparent);
    }

    public Guid Id { get; }

    public Guid MigrationId { get; }

    public Guid ItemId { get; }

    public string Kind { get; }

    public int Pass { get; }

    public string Host { get; }

    public Bucket Bucket { get; }

    /// <summary>Tries since the last checkpoint, this one included.</summary>
    public int Attempts { get; private set; }

    /// <summary>JSON of the last saved checkpoint, of this or an earlier run; null when there is none.</summary>
    public string? Checkpoint { get; private set; }

    /// <summary>True after a Complete.</summary>
    public bool HasEnded { get; private set; }

    internal Guid Owner { get; }

    internal long Epoch { get; }

    internal string? Traceparent { get; }

    /// <summary>What was passed to EnqueueJob.</summary>
    public T Args<T>() =>
        JsonSerializer.Deserialize<T>(_args, JobQueue.Json) ?? throw new InvalidOperationException("The job has no arguments.");

    /// <summary>Keeps how far the work is proven to have gone; a later run starts there.</summary>
    public async Task SaveCheckpointAsync(string json, CancellationToken token)
    {
        await _store.WriteAsync(this, new JobChange { Checkpoint = json }, token);
        (Checkpoint, Attempts) = (json, 0);
    }

    /// <summary>Writes own rows in a transaction that commits only while this run holds the job; the checkpoint too, when given.</summary>
    public async Task SaveAsync<TContext>(Func<TContext, Task> write, string? checkpoint, CancellationToken token)
        where TContext : ServiceContext
    {
        await _store.WriteAsync(this, new JobChange { Checkpoint = checkpoint, Write = db => write((TContext)db) }, token);
        if (checkpoint is not null) (Checkpoint, Attempts) = (checkpoint, 0);
    }

    /// <summary>Writes own rows and publishes events, both or none, only while this run holds the job; the checkpoint too, when given.</summary>
    public async Task SaveAsync<TContext>(Func<TContext, Task> write, string? checkpoint, IReadOnlyList<object> events, CancellationToken token)
        where TContext : ServiceContext
    {
        await _store.WriteAsync(this, new JobChange { Checkpoint = checkpoint, Write = db => write((TContext)db), Events = events }, token);
        if (checkpoint is not null) (Checkpoint, Attempts) = (checkpoint, 0);
    }

    /// <summary>Publishes a progress event, at most one per 5 s (<see cref="JobOptions.ReportEvery"/>): those in between are dropped.</summary>
    public async Task ReportAsync(object progress, CancellationToken token)
    {
        var now = TimeProvider.System.GetTimestamp();
        if (_reportedAt != 0 && TimeProvider.System.GetElapsedTime(_reportedAt, now) < _store.Options.ReportEvery) return;
        _reportedAt = now;
        await _store.WriteAsync(this, new JobChange { Progress = progress, Events = [progress] }, token);
    }

    /// <summary>Ends the job and publishes its outcome, both or none.</summary>
    public Task CompleteAsync(object outcome, CancellationToken token) => CompleteAsync([outcome], token);

    /// <inheritdoc cref="CompleteAsync(object, CancellationToken)"/>
    public Task CompleteAsync(IReadOnlyList<object> outcome, CancellationToken token) =>
        EndAsync(new JobChange { State = JobState.Done, Events = outcome }, token);

    /// <summary>Ends the job, publishes its outcome and writes own rows, all or none.</summary>
    public Task CompleteAsync<TContext>(Func<TContext, Task> write, IReadOnlyList<object> outcome, CancellationToken token)
        where TContext : ServiceContext =>
        EndAsync(new JobChange { State = JobState.Done, Events = outcome, Write = db => write((TContext)db) }, token);

    internal async Task EndAsync(JobChange change, CancellationToken token)
    {
        await _store.WriteAsync(this, change, token);
        HasEnded = true;
    }
}

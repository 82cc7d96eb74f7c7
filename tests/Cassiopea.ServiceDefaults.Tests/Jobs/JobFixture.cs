using System.Collections.Concurrent;
using Cassiopea.Contracts;
using Cassiopea.KillTest;
using Cassiopea.Lab;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cassiopea.ServiceDefaults.Tests.Jobs;

/// <summary>What the job under test does, given by the test through the container.</summary>
internal sealed class Script
{
    public required Func<JobRun, CancellationToken, Task> Run { get; init; }

    public ConcurrentQueue<JobRun> Runs { get; } = [];
}

internal sealed class ScriptedJob(Script script) : IJob
{
    public Task RunAsync(JobRun run, CancellationToken token)
    {
        script.Runs.Enqueue(run);
        return script.Run(run, token);
    }
}

/// <summary>One worker process with short times, in this process.</summary>
internal sealed class JobHost : IAsyncDisposable
{
    public const string Kind = "scripted";

    private JobHost(TestHost<CarrierContext> host, Script script) => (Host, Script) = (host, script);

    public TestHost<CarrierContext> Host { get; }

    public Script Script { get; }

    public ConcurrentQueue<ItemTransferred> Transferred { get; } = [];

    public ConcurrentQueue<ItemTransferFailed> Failures { get; } = [];

    public ConcurrentQueue<ItemTransferAdvanced> Advances { get; } = [];

    public static async Task<JobHost> StartAsync(
        Func<JobRun, CancellationToken, Task> run, int slots = 4, string? connectionString = null, Action<JobOptions>? options = null)
    {
        var script = new Script { Run = run };
        var host = await TestHost<CarrierContext>.StartAsync("carrier-db", builder => Add(builder, script, slots, options), connectionString: connectionString);
        var jobs = new JobHost(host, script);
        await host.Bus.ConnectReceiveEndpoint("probe", endpoint =>
        {
            endpoint.Handler<ItemTransferred>(context => Keep(jobs.Transferred, context.Message));
            endpoint.Handler<ItemTransferFailed>(context => Keep(jobs.Failures, context.Message));
            endpoint.Handler<ItemTransferAdvanced>(context => Keep(jobs.Advances, context.Message));
        }).Ready;
        return jobs;

        static Task Keep<T>(ConcurrentQueue<T> queue, T message)
        {
            queue.Enqueue(message);
            return Task.CompletedTask;
        }
    }

    public async Task<JobRequest> EnqueueAsync(Guid? migration = null, Guid? item = null, int pass = 1, string host = "old.example", Bucket bucket = Bucket.Bulk,
        string? secondHost = null)
    {
        var request = new JobRequest(
            migration ?? Guid.CreateVersion7(), item ?? Guid.CreateVersion7(), Kind, pass, host, bucket, new Letter("hello", bucket), secondHost);
        await Host.InDatabaseAsync(db => db.EnqueueJob(request, default));
        return request;
    }

    public Task<Job> JobOfAsync(JobRequest request) =>
        Host.InDatabaseAsync(db => db.Set<Job>().AsNoTracking().SingleAsync(job => job.ItemId == request.ItemId && job.Pass == request.Pass));

    public Task InStateAsync(JobRequest request, JobState state) =>
        Eventually.TrueAsync($"job {state}", async () => (await JobOfAsync(request)).State == state, TimeSpan.FromSeconds(60));

    public static ItemTransferred OutcomeOf(JobRun run) => new(
        run.MigrationId, run.ItemId, run.Pass, new TransferCounts(1, 1, 0, 0, 0, 0, 0, 0), 5, 0.1, [], DateTimeOffset.UnixEpoch);

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private static void Add(IHostApplicationBuilder builder, Script script, int slots, Action<JobOptions>? options)
    {
        builder.AddServiceDefaults("carrier");
        builder.AddDatabase<CarrierContext>("carrier-db");
        builder.AddBus<CarrierContext>("carrier", bus => bus.AddJobWorker<ScriptedJob>(Kind, slots));
        builder.Services.AddSingleton(script);
        builder.Services.Configure<JobOptions>(jobs =>
        {
            jobs.Lease = TimeSpan.FromSeconds(1);
            jobs.Heartbeat = TimeSpan.FromMilliseconds(100);
            jobs.Poll = TimeSpan.FromMilliseconds(100);
            jobs.FirstWait = TimeSpan.FromMilliseconds(20);
            options?.Invoke(jobs);
        });
    }

    internal sealed record Letter(string Text, Bucket Bucket);
}

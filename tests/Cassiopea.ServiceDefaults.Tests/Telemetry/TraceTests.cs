using System.Collections.Concurrent;
using System.Diagnostics;
using Cassiopea.Contracts;
using Cassiopea.KillTest;
using Cassiopea.Lab;
using Cassiopea.ServiceDefaults.Tests.Bus;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.ServiceDefaults.Tests.Telemetry;

public sealed class TraceTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "MassTransit" or "Npgsql" or "Test" || source.Name.StartsWith("Cassiopea.", StringComparison.Ordinal),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public async Task One_trace_joins_request_saga_command_job_and_event()
    {
        await using var host = await TestHost<JourneyContext>.StartAsync("journeys-db", builder =>
        {
            builder.AddServiceDefaults("journeys");
            builder.AddDatabase<JourneyContext>("journeys-db");
            builder.AddBus<JourneyContext>("journeys", bus =>
            {
                bus.AddSaga<JourneyStateMachine, Journey>();
                bus.AddConsumer<CarryMailByJobConsumer>();
                bus.AddJobWorker<CarryMailJob>("carry-mail", 1);
            });
        });
        var id = Guid.CreateVersion7();
        using var source = new ActivitySource("Test");
        ActivityTraceId trace;
        await using (var scope = host.Services.CreateAsyncScope())
        {
            using var request = source.StartActivity("POST /journeys");
            trace = request!.TraceId;
            await scope.ServiceProvider.GetRequiredService<ServiceOutbox<JourneyContext>>().SendCommand(new BeginJourney(id, TimeSpan.FromHours(1)), default);
            await scope.ServiceProvider.GetRequiredService<JourneyContext>().SaveChangesAsync();
        }

        await ExactlyOnceTests.InStateAsync(host, id, "Site");
        await Eventually.TrueAsync("the event's span", () => InTrace().Any(span => span.DisplayName.Contains("MailCarried", StringComparison.Ordinal)));
        var names = InTrace().Select(span => span.DisplayName).ToList();
        Assert.Contains(names, name => name.Contains("carry-mail", StringComparison.Ordinal) && name.Contains("receive", StringComparison.Ordinal));
        Assert.Contains(names, name => name.Contains("journey", StringComparison.Ordinal) && name.Contains("receive", StringComparison.Ordinal));
        var job = Assert.Single(InTrace(), span => span.DisplayName == "job carry-mail");
        Assert.Equal(id, job.GetTagItem("cassiopea.item.id"));
        Assert.Contains(InTrace(), span => span.ParentSpanId == job.SpanId && span.Source.Name == "MassTransit");

        IEnumerable<Activity> InTrace() => _spans.Where(span => span.TraceId == trace);
    }

    [Fact]
    public async Task What_a_schedule_does_later_is_a_trace_of_its_own_linked_to_the_first()
    {
        await using var journeys = await TestHosts.JourneysAsync();
        var id = Guid.CreateVersion7();
        using var source = new ActivitySource("Test");
        ActivityTraceId trace;
        using (var request = source.StartActivity("POST /journeys"))
        {
            trace = request!.TraceId;
            await journeys.SendAsync(new BeginJourney(id, TimeSpan.FromMilliseconds(200)));
        }

        await ExactlyOnceTests.InStateAsync(journeys, id, "TimedOut");
        await Eventually.TrueAsync("a linked trace", () => _spans.Any(span => span.TraceId != trace && span.Links.Any(link => link.Context.TraceId == trace)));
        Assert.DoesNotContain(_spans, span => span.TraceId == trace && span.DisplayName.Contains("DeadlineReached", StringComparison.Ordinal) && span.Kind == ActivityKind.Consumer);
    }

    [Fact]
    public void Database_polls_without_a_parent_are_not_exported_and_others_are()
    {
        using var npgsql = new ActivitySource("Npgsql");
        using var own = new ActivitySource("Cassiopea.Test");
        using var processor = new TelemetrySetup.IdleSpans();
        Activity.Current = null;
        using var poll = npgsql.StartActivity("poll")!;
        processor.OnEnd(poll);
        Assert.False(poll.Recorded);
        poll.Stop();
        using var parent = own.StartActivity("work")!;
        using var query = npgsql.StartActivity("query")!;
        processor.OnEnd(query);
        processor.OnEnd(parent);
        Assert.True(query.Recorded && parent.Recorded);
    }

    public void Dispose() => _listener.Dispose();

    private sealed class CarryMailByJobConsumer(JourneyContext db) : IConsumer<CarryMail>
    {
        public Task Consume(ConsumeContext<CarryMail> context) => db.EnqueueJob(
            new JobRequest(context.Message.CorrelationId, context.Message.CorrelationId, "carry-mail", 1, "old.example", Bucket.Bulk, context.Message),
            context.CancellationToken);
    }

    private sealed class CarryMailJob : IJob
    {
        public Task RunAsync(JobRun run, CancellationToken token) => run.CompleteAsync(new MailCarried(run.Args<CarryMail>().CorrelationId), token);
    }
}

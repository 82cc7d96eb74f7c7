using System.Collections.Concurrent;
using System.Diagnostics;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;

namespace Cassiopea.Databases.Tests;

[Trait("Category", "Servers")]
public sealed class TransferTraceTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _listener;

    public TransferTraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "MassTransit" or "Test" || source.Name.StartsWith("Cassiopea.", StringComparison.Ordinal),
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public async Task A_pass_is_one_trace_from_the_command_to_the_event_also_when_the_service_stopped_in_the_middle_of_it()
    {
        await using var host = await DatabasesHost.StartAsync(("Databases:BytesPerSecond", "500000"), ("Databases:Connections", "1"));
        var item = await DatabaseCase.MakeAsync(host, string.Concat(Enumerable.Range(0, 6).Select(n => DatabaseSeed.Rows($"t{n}", 2000))));
        using var source = new ActivitySource("Test");

        var copy = await SendAsync(source, host, item.Transfer());
        await host.WaitAsync<ItemTransferAdvanced>(e => e.Done > 0);
        await host.StopAsync();
        await host.StartAgainAsync();
        await host.WaitAsync<ItemTransferred>(e => e.Pass == 1);
        var verify = await SendAsync(source, host, item.Verify());
        await host.WaitAsync<ItemVerified>(e => e.Pass == 1);

        await IsWholeAsync(copy, "job transfer-database", nameof(ItemTransferred), item.Item);
        await IsWholeAsync(verify, "job verify-database", nameof(ItemVerified), item.Item);
        Assert.NotEqual(copy, verify);
    }

    public void Dispose() => _listener.Dispose();

    private static async Task<ActivityTraceId> SendAsync(ActivitySource source, DatabasesHost host, object command)
    {
        using var asked = source.StartActivity("asked")!;
        await host.SendAsync(command);
        return asked.TraceId;
    }

    private async Task IsWholeAsync(ActivityTraceId trace, string job, string told, Guid item)
    {
        await Eventually.TrueAsync("the event's span", () => InTrace().Any(span => span.DisplayName.Contains(told, StringComparison.Ordinal)));
        var spans = InTrace().Where(span => span.DisplayName == job).ToList();
        Assert.NotEmpty(spans);
        Assert.All(spans, span => Assert.Equal(item, span.GetTagItem("cassiopea.item.id")));
        Assert.DoesNotContain(_spans, span => span.DisplayName == job && span.TraceId != trace && Equals(span.GetTagItem("cassiopea.item.id"), item));

        IEnumerable<Activity> InTrace() => _spans.Where(span => span.TraceId == trace);
    }
}

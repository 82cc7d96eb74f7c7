using System.Collections.Concurrent;
using System.Diagnostics;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Zones.Tests;

namespace Cassiopea.Domains.Tests;

/// <summary>Each step of a domain is one trace: from the command over the job to what it asked outside and the event that tells its end.</summary>
[Trait("Category", "Servers")]
public sealed class TraceTests : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static _ => true,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_step_is_one_trace_of_its_own()
    {
        using var source = new ActivitySource("Test");
        await using var toy = await ToyInternet.StartAsync(Token, ttl: 2);
        await using var host = await DomainsHost.StartAsync(toy);
        var surveyed = await InTraceAsync("survey", () => host.SurveyAsync());
        var lowered = await InTraceAsync("lower", () => host.DemandAsync<TtlLowered>(new LowerTtl(host.Migration, host.Item, TimeSpan.FromSeconds(1))));
        var published = await InTraceAsync("publish", () => host.DemandAsync<ZonePublished>(new PublishZone(host.Migration, host.Item, host.PlanSha256)));
        await Eventually.TrueAsync("the old TTLs are over", async () => (await host.RowAsync()).OldTtlsOver < TimeProvider.System.GetUtcNow());
        var switched = await InTraceAsync("switch", async () =>
        {
            await host.SendAsync(new CutOverZone(host.Migration, host.Item, host.PlanSha256));
            return 0;
        });
        await Eventually.TrueAsync("switched", async () =>
        {
            await toy.Lagging.CatchUpAsync("be", Token);
            return host.Events.OfType<ZoneCutOver>().Any();
        });
        await WholeAsync(surveyed, "survey-domain", nameof(ItemSurveyed), "GET");
        await WholeAsync(lowered, "lower-ttl", nameof(TtlLowered), null);
        await WholeAsync(published, "publish-zone", nameof(ZonePublished), "POST");
        await WholeAsync(switched, "cut-over-zone", nameof(ZoneCutOver), "PUT");
        Assert.Equal(4, new[] { surveyed, lowered, published, switched }.Distinct().Count());
        Assert.DoesNotContain(_spans, span => span.TagObjects.Any(tag => tag.Value?.ToString()?.Contains(toy.Gandi.Token, StringComparison.Ordinal) == true));

        async Task<ActivityTraceId> InTraceAsync<T>(string name, Func<Task<T>> ask)
        {
            using var asked = source.StartActivity(name)!;
            await ask();
            return asked.TraceId;
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task WholeAsync(ActivityTraceId trace, string kind, string end, string? outside)
    {
        Func<Activity, bool>[] parts =
        [
            span => span.DisplayName.Contains(kind, StringComparison.Ordinal) && span.Kind == ActivityKind.Consumer,
            span => span.DisplayName == "job " + kind,
            span => span.DisplayName.Contains(end, StringComparison.Ordinal),
            span => outside is null || (span.Kind == ActivityKind.Client && span.DisplayName.StartsWith(outside, StringComparison.Ordinal)),
        ];
        await Eventually.TrueAsync(
            () => $"{kind} is whole: {string.Join(" | ", _spans.Where(span => span.TraceId == trace).Select(static span => $"{span.Kind} {span.DisplayName}"))}",
            () => Task.FromResult(Array.TrueForAll(parts, part => _spans.Any(span => span.TraceId == trace && part(span)))));
    }
}

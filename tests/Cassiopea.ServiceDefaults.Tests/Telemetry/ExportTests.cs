using System.Globalization;
using System.Text;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceDefaults.Tests.Telemetry;

/// <summary>A real host exports to an OTLP receiver of ours; the same test runs over both variants of <c>OpenTelemetryHosting</c>.</summary>
[Trait("Category", "Servers")]
public sealed class ExportTests
{
    [Fact]
    public async Task A_host_exports_traces_metrics_and_logs_to_where_the_variables_say()
    {
        await using var receiver = await Receiver.StartAsync();
        var port = FreePort.Next();
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        await using var host = await ChildProcess.StartAsync(new ChildProgram(Path.Combine(AppContext.BaseDirectory, "Cassiopea.KillTest"), "journeys")
        {
            WorkingDirectory = AppContext.BaseDirectory,
            Environment = new Dictionary<string, string?>
            {
                ["ASPNETCORE_URLS"] = address,
                ["ConnectionStrings__journeys-db"] = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(),
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-otlp-api-key=k3y",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            },
        });
        using var client = new ServiceCollection().AddHttpClient().BuildServiceProvider().GetRequiredService<IHttpClientFactory>().CreateClient();
        await Eventually.TrueAsync("ready", () => AnswersAsync(client, address + "/health"));
        using var answer = await client.PostAsync(new Uri($"{address}/journeys/{Guid.CreateVersion7()}"), null);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);

        await receiver.HasAsync("/v1/traces", "POST /journeys/{id:guid}", "http.route", "MassTransit", "journeys");
        await receiver.HasAsync("/v1/metrics", "cassiopea.outbox.sent", "http.server.request.duration", "messaging.masstransit");
        await receiver.HasAsync("/v1/logs", "Application started");
        await host.StopAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, host.ExitCode);
        Assert.DoesNotContain("/health", receiver.Text("/v1/traces"), StringComparison.Ordinal);
        Assert.All(receiver.Keys, key => Assert.Equal("k3y", key));
    }

    private static async Task<bool> AnswersAsync(HttpClient client, string address)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(address));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not up yet: asked again until the limit
        }
    }

    /// <summary>Keeps what arrives; strings stand in protobuf as they are, so looking for them needs no parser.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly Lock _texts = new();
        private readonly Dictionary<string, StringBuilder> _received = [];
        private readonly List<string> _keys = [];

        private Receiver(WebApplication app) => _app = app;

        public string Address => _app.Urls.Single();

        public IReadOnlyList<string> Keys => _keys;

        public static async Task<Receiver> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var receiver = new Receiver(builder.Build());
            receiver._app.Run(receiver.ReceiveAsync);
            await receiver._app.StartAsync();
            return receiver;
        }

        public string Text(string path)
        {
            lock (_texts) return _received.TryGetValue(path, out var text) ? text.ToString() : "";
        }

        public async Task HasAsync(string path, params string[] words)
        {
            foreach (var word in words)
                await Eventually.TrueAsync($"{word} in {path}", () => Text(path).Contains(word, StringComparison.Ordinal));
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private async Task ReceiveAsync(HttpContext context)
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            lock (_texts)
            {
                if (!_received.TryGetValue(context.Request.Path, out var text)) _received[context.Request.Path] = text = new StringBuilder();
                text.Append(Encoding.Latin1.GetString(body.ToArray()));
                _keys.Add(context.Request.Headers["x-otlp-api-key"].ToString());
            }
        }
    }
}

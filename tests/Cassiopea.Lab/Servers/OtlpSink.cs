using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cassiopea.Lab.Servers;

/// <summary>Takes OTLP over HTTP and keeps each request's body as a file: what a telemetry back end would see.</summary>
public sealed class OtlpSink : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _count;

    private OtlpSink(string folder)
    {
        Folder = folder;
        Port = FreePort.Next();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(Port));
        _app = builder.Build();
        _app.MapPost("/v1/{kind}", TakeAsync);
    }

    /// <summary>Where bodies are: traces-1, logs-2, …</summary>
    public string Folder { get; }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Requests so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Variables that make services send here.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{Port}",
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "500",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "2000",
    };

    /// <summary>Starts one that writes into a folder.</summary>
    public static async Task<OtlpSink> StartAsync(string folder, CancellationToken token)
    {
        Directory.CreateDirectory(folder);
        var sink = new OtlpSink(folder);
        await sink._app.StartAsync(token);
        return sink;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http, string kind)
    {
        var name = $"{Path.GetFileName(kind)}-{Interlocked.Increment(ref _count)}{(http.Request.Headers.ContentEncoding == "gzip" ? ".gz" : "")}";
        await using var file = File.Create(Path.Combine(Folder, name));
        await http.Request.Body.CopyToAsync(file, http.RequestAborted);
        http.Response.ContentType = "application/x-protobuf";
    }
}

using System.Globalization;
using System.Text.Json;

namespace Cassiopea.EndToEnd.Tests;

/// <summary>A span as the dashboard tells it.</summary>
/// <param name="Trace">Trace id, hex.</param>
/// <param name="Service">Name of the resource.</param>
/// <param name="Name">Name of the span.</param>
/// <param name="StartedAt">Nanoseconds since 1970.</param>
internal sealed record TraceSpan(string Trace, string Service, string Name, ulong StartedAt);

/// <summary>Reads the dashboard's telemetry API: OTLP as JSON.</summary>
internal static class DashboardTraces
{
    private const int Most = 10_000;

    /// <summary>All spans of the traces that the dashboard holds.</summary>
    public static async Task<IReadOnlyList<TraceSpan>> ReadAsync(Uri dashboard, string key, CancellationToken token)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = dashboard, Timeout = TimeSpan.FromMinutes(1) };
        http.DefaultRequestHeaders.Add("x-api-key", key);
        await using var body = await http.GetStreamAsync(new Uri($"/api/telemetry/traces?limit={Most.ToString(CultureInfo.InvariantCulture)}", UriKind.Relative), token);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: token);
        var spans = new List<TraceSpan>();
        Walk(document.RootElement, spans);
        return spans;
    }

    // the resourceSpans of OTLP stand at some depth of the answer
    private static void Walk(JsonElement element, List<TraceSpan> spans)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in element.EnumerateArray()) Walk(part, spans);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("scopeSpans", out var scopes)) Read(element, scopes, spans);
            else foreach (var property in element.EnumerateObject()) Walk(property.Value, spans);
        }
    }

    private static void Read(JsonElement resourceSpans, JsonElement scopes, List<TraceSpan> spans)
    {
        var service = resourceSpans.GetProperty("resource").GetProperty("attributes").EnumerateArray()
            .First(attribute => attribute.GetProperty("key").GetString() == "service.name").GetProperty("value").GetProperty("stringValue").GetString()!;
        foreach (var span in scopes.EnumerateArray().SelectMany(scope => scope.GetProperty("spans").EnumerateArray()))
        {
            spans.Add(new TraceSpan(
                span.GetProperty("traceId").GetString()!, service, span.GetProperty("name").GetString()!,
                ulong.Parse(span.GetProperty("startTimeUnixNano").ToString(), CultureInfo.InvariantCulture)));
        }
    }
}

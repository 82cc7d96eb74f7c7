using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cassiopea.Transfer;

namespace Cassiopea.Zones.Providers;

/// <summary>An answer of a provider's API that is no error.</summary>
/// <param name="Status">HTTP status; 202 says “taken”, never “done”.</param>
/// <param name="Body">The body as JSON; default when it is empty or something else.</param>
/// <param name="NextPage">Where the list goes on; null at its end.</param>
internal sealed record ApiAnswer(HttpStatusCode Status, JsonElement Body, Uri? NextPage);

/// <summary>
/// Calls a provider's API. The secret goes into one header and nowhere else. What is safe to repeat is repeated: reading after any passing failure,
/// writing only when the server says that it did nothing (429).
/// </summary>
internal sealed class HttpApi(HttpClient http, Uri root, Action<HttpRequestHeaders> authenticate, TimeProvider time)
{
    private const int Tries = 4;
    private const int LongestBody = 32 << 20;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>Reads JSON of which nobody knows for sure what is in it.</summary>
    public static T Understand<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception wrong) when (wrong is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or ZoneException)
        {
            throw new ApiException(TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"An answer is not what the documentation says: {wrong.Message}", wrong);
        }
    }

    public Task<ApiAnswer?> GetAsync(string path, CancellationToken token) => SendAsync(HttpMethod.Get, path, null, token);

    /// <summary>Sends a request; null = 404.</summary>
    /// <exception cref="ZoneException">Every other refusal and failure, with side and kind.</exception>
    public async Task<ApiAnswer?> SendAsync(HttpMethod method, string path, object? body, CancellationToken token)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(method, path, body, token);
            }
            catch (ApiException failed) when (attempt < Tries && (failed.Code == TransferCode.Throttled || (method == HttpMethod.Get && failed.Kind == TransferFailureKind.Passing)))
            {
                var pause = failed.Wait ?? FirstPause * Math.Pow(2, attempt - 1);
                await Task.Delay(pause < LongestPause ? pause : LongestPause, time, token);
            }
        }
    }

    private async Task<ApiAnswer?> OnceAsync(HttpMethod method, string path, object? body, CancellationToken token)
    {
        using var request = new HttpRequestMessage(method, new Uri(root, path));
        authenticate(request.Headers);
        if (body is not null) request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } };
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            if (response.StatusCode == HttpStatusCode.NotFound && method == HttpMethod.Get) return null;
            var (text, isJson) = await ReadAsync(response.Content, token);
            if (!response.IsSuccessStatusCode) throw Refused(method, path, response, isJson ? text : "");
            if (text.Length == 0) return new(response.StatusCode, default, null);
            if (!isJson) throw new ApiException(TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"{method} {path} is answered with {response.Content.Headers.ContentType?.MediaType ?? "something"} instead of JSON.", null);
            using var document = JsonDocument.Parse(text);
            return new(response.StatusCode, document.RootElement.Clone(), Next(response));
        }
        catch (JsonException wrong)
        {
            throw new ApiException(TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"{method} {path} is answered with broken JSON.", wrong);
        }
        catch (OperationCanceledException late) when (!token.IsCancellationRequested)
        {
            throw new ApiException(TransferFailureKind.Passing, TransferCode.TimedOut, $"{root.Host} does not answer in time.", late);
        }
        catch (HttpRequestException away)
        {
            throw new ApiException(TransferFailureKind.Passing, TransferCode.Unreachable, $"{root.Host} cannot be reached: {away.HttpRequestError}.", away);
        }
        catch (IOException lost)
        {
            throw new ApiException(TransferFailureKind.Passing, TransferCode.ConnectionLost, $"The answer of {root.Host} broke off.", lost);
        }
    }

    private static async Task<(string Text, bool IsJson)> ReadAsync(HttpContent content, CancellationToken token)
    {
        await using var stream = await content.ReadAsStreamAsync(token);
        using var buffer = new MemoryStream();
        var part = new byte[16 << 10];
        for (int count; (count = await stream.ReadAsync(part, token)) > 0;)
        {
            if (buffer.Length + count > LongestBody) throw new ApiException(TransferFailureKind.Broken, TransferCode.TooBig, "An answer is too long.", null);
            buffer.Write(part, 0, count);
        }

        var kind = content.Headers.ContentType?.MediaType ?? "";
        return (Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length), kind.EndsWith("json", StringComparison.OrdinalIgnoreCase));
    }

    private static Uri? Next(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var links)) return null;
        var next = links.SelectMany(static link => link.Split(',')).Select(static link => link.Trim()).FirstOrDefault(static link => link.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase));
        return next is null || !Uri.TryCreate(next[(next.IndexOf('<', StringComparison.Ordinal) + 1)..Math.Max(1, next.IndexOf('>', StringComparison.Ordinal))], UriKind.RelativeOrAbsolute, out var uri) ? null : uri;
    }

    private ApiException Refused(HttpMethod method, string path, HttpResponseMessage response, string json)
    {
        var (kind, code) = response.StatusCode switch
        {
            HttpStatusCode.Unauthorized => (TransferFailureKind.Refused, TransferCode.AuthenticationFailed),
            HttpStatusCode.Forbidden => (TransferFailureKind.Refused, TransferCode.PermissionDenied),
            HttpStatusCode.NotFound => (TransferFailureKind.Refused, TransferCode.ItemMissing),
            HttpStatusCode.TooManyRequests => (TransferFailureKind.Passing, TransferCode.Throttled),
            HttpStatusCode.RequestTimeout => (TransferFailureKind.Passing, TransferCode.TimedOut),
            >= HttpStatusCode.InternalServerError => (TransferFailureKind.Passing, TransferCode.Unreachable),
            _ => (TransferFailureKind.Refused, TransferCode.ItemRefused),
        };
        var said = Said(json);
        var wait = response.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date - time.GetUtcNow()) : null;
        return new(kind, code, string.Create(CultureInfo.InvariantCulture, $"{root.Host} answers {(int)response.StatusCode} to {method} {path.Split('?')[0]}{(said.Length > 0 ? $": {said}" : ".")}"), null) { Wait = wait > TimeSpan.Zero ? wait : null };
    }

    private static string Said(string json)
    {
        if (json.Length == 0) return "";
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return "";
            List<string> parts = [];
            foreach (var name in (string[])["message", "error"])
                if (root.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String) parts.Add(text.GetString()!);
            if (root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
                parts.AddRange(errors.EnumerateArray().Select(static error => error.ValueKind == JsonValueKind.Object && error.TryGetProperty("description", out var text) ? text.ToString() : error.ToString()));
            return string.Join(" ", parts);
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private sealed class ApiException(TransferFailureKind kind, string code, string text, Exception? inner) : ZoneException(TransferSide.Target, kind, code, text, inner)
    {
        public TimeSpan? Wait { get; init; }
    }
}

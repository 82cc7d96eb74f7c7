using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Cassiopea.Cli.Api;

/// <summary>Speaks to the gateway. What can be sent again is: a GET, and a command under its Idempotency-Key.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;

    public ApiClient(Login login)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), AllowAutoRedirect = false };
        _http = new HttpClient(handler) { BaseAddress = new Uri(login.Url, "api/v1/"), Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", login.Key);
        _http.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue(Speech.IsFrench ? "fr" : "en"));
    }

    public static async Task<ApiClient> OpenAsync(CommandLine line, CancellationToken token) => new(await Login.FindAsync(line, token));

    public async Task<JsonElement> GetAsync(string path, CancellationToken token)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), Patience, token);
        return await JsonAsync(answer, token);
    }

    public async Task<string> TextAsync(string path, CancellationToken token)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), Patience, token);
        return await answer.Content.ReadAsStringAsync(token);
    }

    public async Task<byte[]> BytesAsync(string path, CancellationToken token)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, path), Patience, token);
        return await answer.Content.ReadAsByteArrayAsync(token);
    }

    /// <summary>All items of a list, page after page.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path, CancellationToken token)
    {
        var all = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=200&cursor={cursor}", token);
            all.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
        }

        return all;
    }

    public Task<JsonElement> PostAsync(string path, string key, object? body, CancellationToken token) =>
        PostAsync(path, key, () => body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web), token);

    public Task<JsonElement> PostCsvAsync(string path, string key, byte[] content, CancellationToken token) =>
        PostAsync(path, key, () => new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } }, token);

    /// <summary>Sends a secret; not sent again by itself when an answer was lost, the person decides.</summary>
    public async Task PutSecretAsync(string path, string secret, CancellationToken token)
    {
        var body = new StringContent(JsonSerializer.Serialize(new { secret }), Encoding.UTF8, "application/json");
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Put, path) { Content = body }, TimeSpan.Zero, token);
    }

    public async Task DeleteAsync(string path, CancellationToken token)
    {
        using var answer = await SendAsync(() => new HttpRequestMessage(HttpMethod.Delete, path), Patience, token);
    }

    /// <summary>An open live stream after an event; no last event = from now on.</summary>
    public Task<HttpResponseMessage> StreamAsync(string path, string? lastEventId, CancellationToken token) => SendAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
            return request;
        },
        TimeSpan.Zero,
        token);

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement> PostAsync(string path, string key, Func<HttpContent?> content, CancellationToken token)
    {
        using var answer = await SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, path) { Content = content(), Headers = { { "Idempotency-Key", key } } },
            Patience,
            token);
        return await JsonAsync(answer, token);
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, TimeSpan patience, CancellationToken token)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var mayRepeat = TimeProvider.System.GetElapsedTime(since) < patience;
            var pause = Pause;
            try
            {
                using var message = request();
                var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token);
                if (answer.IsSuccessStatusCode) return answer;
                var refusal = await RefusalAsync(answer, token);
                if (!mayRepeat || !IsPassing(refusal)) throw refusal;
                pause = answer.Headers.RetryAfter?.Delta is { } asked && asked < patience ? asked : Pause;
                answer.Dispose();
            }
            catch (HttpRequestException away)
            {
                if (!mayRepeat)
                    throw new ApiException(ExitCode.Interrupted, Speech.Of(
                        $"{_http.BaseAddress} does not answer ({away.HttpRequestError}). Is the system up? Run again.",
                        $"{_http.BaseAddress} ne répond pas ({away.HttpRequestError}). Le système tourne-t-il ? Relancez."));
            }

            await Task.Delay(pause, TimeProvider.System, token);
        }
    }

    private static bool IsPassing(ApiException refusal) =>
        refusal.ExitCode == ExitCode.Interrupted || refusal.Code == "idempotency-key-running";

    private static async Task<ApiException> RefusalAsync(HttpResponseMessage answer, CancellationToken token)
    {
        var exit = ApiException.ExitCodeOf(answer.StatusCode);
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return new ApiException(exit, $"HTTP {(int)answer.StatusCode}", "", answer.StatusCode);
        var problem = await JsonAsync(answer, token);
        var text = new StringBuilder(problem.Text("code")).Append(": ").Append(problem.Text("detail"));
        if (problem.TryGetProperty("errors", out var errors))
            foreach (var error in errors.EnumerateObject())
                text.Append("\n  ").Append(error.Name).Append(": ").AppendJoin("; ", error.Value.EnumerateArray().Select(static e => e.GetString()));
        if (problem.TryGetProperty("allowedTransitions", out var allowed) && allowed.GetArrayLength() > 0)
            text.Append("\n  ").Append(Speech.Of("allowed now: ", "permis maintenant : ")).AppendJoin(", ", allowed.EnumerateArray().Select(static a => a.GetString()));
        if (exit == ExitCode.Failed) text.Append("\n  traceId ").Append(problem.Text("traceId"));
        return new ApiException(exit, text.ToString(), problem.Text("code"), answer.StatusCode);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer, CancellationToken token) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(token));
}

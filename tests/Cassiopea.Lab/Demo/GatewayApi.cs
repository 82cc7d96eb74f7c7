using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cassiopea.Lab.Demo;

/// <summary>The gateway said no.</summary>
public sealed class GatewayRefusalException(HttpStatusCode status, string code, string detail) : Exception($"{(int)status} {code}: {detail}")
{
    /// <summary>Stable code of the problem, or of the operation that was refused.</summary>
    public string Code => code;
}

/// <summary>One person's way into the system: the public API with that person's key, and nothing else.</summary>
public sealed class GatewayApi(Uri address, string key) : IDisposable
{
    /// <summary>How the gateway writes JSON.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http = new(new SocketsHttpHandler())
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(30),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    /// <summary>Reads; throws when there is nothing.</summary>
    public async Task<T> GetAsync<T>(string path, CancellationToken token) => await ReadAsync<T>(await GetAsync(path, token), token);

    /// <summary>Reads; null when there is nothing yet.</summary>
    public async Task<T?> FindAsync<T>(string path, CancellationToken token) where T : class
    {
        using var answer = await GetAsync(path, token);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync<T>(answer, token);
    }

    /// <summary>Reads a text.</summary>
    public async Task<string> TextAsync(string path, CancellationToken token)
    {
        using var answer = await GetAsync(path, token);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(token) : throw await RefusalAsync(answer, token);
    }

    /// <summary>Reads a file.</summary>
    public async Task<byte[]> BytesAsync(string path, CancellationToken token)
    {
        using var answer = await GetAsync(path, token);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync(token) : throw await RefusalAsync(answer, token);
    }

    /// <summary>Asks for something that is done at once.</summary>
    public async Task<T> PostAsync<T>(string path, object body, CancellationToken token) => await ReadAsync<T>(await SendAsync(HttpMethod.Post, path, () => JsonContent.Create(body, options: Json), token), token);

    /// <summary>Asks for something and waits until its operation ends; throws when it was refused.</summary>
    public async Task<Operation> CommandAsync(string path, object? body, CancellationToken token)
        => await EndAsync(await PostAsync<Operation>(path, body ?? new { }, token), token);

    /// <summary>Sends a CSV file and waits until its operation ends.</summary>
    public async Task<Operation> ImportAsync(string path, byte[] csv, CancellationToken token)
    {
        return await EndAsync(await ReadAsync<Operation>(await SendAsync(HttpMethod.Post, path, () => new ByteArrayContent(csv) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } }, token), token), token);
    }

    /// <summary>Stores a secret: it goes in and never comes out.</summary>
    public async Task StoreSecretAsync(Guid credentialId, string secret, CancellationToken token)
    {
        using var answer = await SendAsync(HttpMethod.Put, $"credentials/{credentialId}", () => JsonContent.Create(new { secret }, options: Json), token);
        if (!answer.IsSuccessStatusCode)
            throw await RefusalAsync(answer, token);
    }

    /// <summary>Waits until an operation ends; throws when it was refused.</summary>
    public async Task<Operation> EndAsync(Operation operation, CancellationToken token)
    {
        while (operation.State == "Running")
        {
            await Task.Delay(Pause, TimeProvider.System, token);
            operation = await GetAsync<Operation>($"operations/{operation.Id}", token);
        }

        return operation.State == "Succeeded" ? operation : throw new GatewayRefusalException(HttpStatusCode.OK, operation.Code, $"{operation.Verb}: {operation.Detail} {operation.Result}");
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // a path such as members:import would be taken for an address of its own
    private static Uri Path(string path) => new($"/api/v1/{path}", UriKind.Relative);

    private Task<HttpResponseMessage> GetAsync(string path, CancellationToken token) => UntilAnsweredAsync(() => new HttpRequestMessage(HttpMethod.Get, Path(path)), token);

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Func<HttpContent> content, CancellationToken token)
    {
        var idempotencyKey = Guid.NewGuid().ToString();
        return UntilAnsweredAsync(
            () =>
            {
                var request = new HttpRequestMessage(method, Path(path)) { Content = content() };
                if (method == HttpMethod.Post)
                    request.Headers.Add("Idempotency-Key", idempotencyKey);
                return request;
            },
            token);
    }

    // whoever hears nothing asks again, with the same key: the gateway may have been killed and be on its way up
    private async Task<HttpResponseMessage> UntilAnsweredAsync(Func<HttpRequestMessage> request, CancellationToken token)
    {
        var first = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var one = request();
                var answer = await _http.SendAsync(one, token);
                if (answer.StatusCode is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable) || TimeProvider.System.GetElapsedTime(first) > Patience)
                    return answer;
                answer.Dispose();
            }
            catch (HttpRequestException) when (TimeProvider.System.GetElapsedTime(first) < Patience)
            {
                // said by the next answer, or thrown when there is none within a minute
            }

            await Task.Delay(Pause, TimeProvider.System, token);
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken token)
    {
        using (answer)
            return answer.IsSuccessStatusCode
                ? await answer.Content.ReadFromJsonAsync<T>(Json, token) ?? throw new InvalidDataException("an empty answer")
                : throw await RefusalAsync(answer, token);
    }

    private static async Task<GatewayRefusalException> RefusalAsync(HttpResponseMessage answer, CancellationToken token)
    {
        var text = await answer.Content.ReadAsStringAsync(token);
        try
        {
            var problem = JsonDocument.Parse(text).RootElement;
            return new GatewayRefusalException(
                answer.StatusCode,
                problem.TryGetProperty("code", out var code) ? code.GetString() ?? "" : "",
                (problem.TryGetProperty("detail", out var detail) ? detail.GetString() : null) + (problem.TryGetProperty("errors", out var errors) ? $" {errors}" : ""));
        }
        catch (JsonException)
        {
            return new GatewayRefusalException(answer.StatusCode, "", Encoding.UTF8.GetByteCount(text) > 500 ? text[..200] : text);
        }
    }
}

using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Local;

/// <summary>Asks every replica of an endpoint for one path.</summary>
internal static class HttpProbe
{
    private const int MaxReason = 300;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly HttpMessageInvoker Client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.FromSeconds(30),
        ConnectTimeout = Timeout,
    });

    public static async Task<string?> CheckAsync(EndpointAnnotation endpoint, string path, int wanted, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Timeout);
        foreach (var port in endpoint.Allocated)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{endpoint.UriScheme}://localhost:{port}{path}"));
            try
            {
                using var answer = await Client.SendAsync(request, limit.Token);
                if ((int)answer.StatusCode == wanted)
                    continue;
                var body = await answer.Content.ReadAsStringAsync(limit.Token);
                return $"{(int)answer.StatusCode} from port {port}: {(body.Length > MaxReason ? body[..MaxReason] : body)}";
            }
            catch (HttpRequestException e)
            {
                return e.Message;
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                return $"no answer from port {port} within {Timeout.TotalSeconds} s";
            }
        }

        return null;
    }
}

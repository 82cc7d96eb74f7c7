using System.Net.Sockets;
using System.Text;

namespace Cassiopea.Sites.Checks;

/// <summary>Asks one place for pages: no redirection is followed, no name is looked up, no certificate's name is trusted but the site's own.</summary>
internal sealed class PageReader : IDisposable
{
    private const int LongestPage = 1 << 20;
    private readonly SitePlace _place;
    private readonly HttpClient _client;

    public PageReader(SitePlace place, TimeSpan idle)
    {
        _place = place;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            ConnectCallback = async (_, token) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(place.ConnectTo, token);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        _client = new HttpClient(handler) { Timeout = idle };
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("Cassiopea-site-check/1.0");
    }

    public async Task<PageSeen> ReadAsync(string path, CancellationToken token)
    {
        try
        {
            using var answer = await _client.GetAsync(new Uri(_place.Site, path), HttpCompletionOption.ResponseHeadersRead, token);
            var html = await HtmlAsync(answer, token);
            return new PageSeen(path, (int)answer.StatusCode, HtmlScan.Title(html), HtmlScan.Local(answer.Headers.Location?.OriginalString ?? "", _place.Site, path) ?? "elsewhere", HtmlScan.Links(html, _place.Site, path), HtmlScan.PhpMessage(html));
        }
        catch (HttpRequestException e)
        {
            return new PageSeen(path, 0, "", "", [], e.HttpRequestError.ToString());
        }
        catch (IOException)
        {
            return new PageSeen(path, 0, "", "", [], "The answer broke off.");
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return new PageSeen(path, 0, "", "", [], "No answer in time.");
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<string> HtmlAsync(HttpResponseMessage answer, CancellationToken token)
    {
        if (answer.Content.Headers.ContentType?.MediaType is { } type && !type.Contains("html", StringComparison.OrdinalIgnoreCase))
            return "";
        await using var body = await answer.Content.ReadAsStreamAsync(token);
        using MemoryStream bytes = new();
        var buffer = new byte[16 << 10];
        for (var read = await body.ReadAsync(buffer, token); read > 0 && bytes.Length < LongestPage; read = await body.ReadAsync(buffer, token))
            bytes.Write(buffer, 0, read);
        return Php.PhpLiteral.ToText(Encoding.Latin1.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }
}

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
        _client = PlaceClient.Make(place, idle);
    }

    /// <summary>Status and text of a page; text of anything else is empty.</summary>
    public async Task<(int Status, string Html)> TextAsync(string path, CancellationToken token)
    {
        using var answer = await _client.GetAsync(new Uri(_place.Site, path), HttpCompletionOption.ResponseHeadersRead, token);
        return ((int)answer.StatusCode, await HtmlAsync(answer, token));
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

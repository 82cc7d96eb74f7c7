using System.Net;
using System.Text.RegularExpressions;

namespace Cassiopea.Gateway.Tests;

/// <summary>A browser without JavaScript: keeps cookies, follows nothing by itself, sends forms with what their pages carried.</summary>
internal sealed partial class Browser(TestGateway gateway)
{
    static readonly HttpMessageInvoker Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    public Dictionary<string, string> Cookies { get; } = [];

    public Dictionary<string, string> Headers { get; } = new() { ["Accept"] = "text/html", ["Accept-Language"] = "fr" };

    public Task<Answer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Address, path)));

    public Task<Answer> SendAsync(string path, Dictionary<string, string> fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, path)) { Content = new FormUrlEncodedContent(fields) });

    /// <summary>Opens a page and sends the form on it whose address is given, with its hidden fields.</summary>
    public async Task<Answer> FillAsync(string page, string action, Dictionary<string, string> fields)
    {
        var shown = await GetAsync(page);
        Assert.Equal(200, shown.Status);
        var form = Forms().Matches(shown.Text).Select(m => m.Value).FirstOrDefault(f => f.Contains($"action=\"{action}\"", StringComparison.Ordinal) || !f.Contains("action=", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{page} has no form to {action}");
        var all = HiddenFields().Matches(form).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value));
        foreach (var (name, value) in fields)
            all[name] = value;
        return await SendAsync(action, all);
    }

    async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        foreach (var (name, value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (Cookies.Count > 0)
            request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        using var response = await Client.SendAsync(request, CancellationToken.None);
        foreach (var set in response.Headers.TryGetValues("Set-Cookie", out var found) ? found : [])
        {
            var pair = set.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0)
                Cookies.Remove(pair[0]);
            else
                Cookies[pair[0]] = pair[1];
        }
        return new Answer((int)response.StatusCode, response.Headers.Location?.ToString(), await response.Content.ReadAsStringAsync(),
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join("\n", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline, 2000)]
    private static partial Regex Forms();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex HiddenFields();
}

internal sealed record Answer(int Status, string? Location, string Text, IReadOnlyDictionary<string, string> Headers);

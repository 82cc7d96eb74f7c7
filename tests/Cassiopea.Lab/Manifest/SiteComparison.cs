namespace Cassiopea.Lab.Manifest;

/// <summary>Compares a moved site with the old one: its files by SHA-256, its pages by status and title, and as a real browser shows them; they come out of the new database.</summary>
internal static class SiteComparison
{
    // written anew for the new database, or made again by the site itself
    private static readonly string[] OwnToAPlace = ["config/connect.php", "tmp/cache/", "tmp/meta_cache.php"];
    private static readonly string[] Pages = ["/", "/spip.php?article=1", "/spip.php?article=2", "/spip.php?article=3"];

    public static async Task<Comparison> CompareAsync(LabSite site, LabDatabase database, CancellationToken token)
    {
        var differences = new List<string>();
        var connection = await File.ReadAllTextAsync(Path.Combine(site.NewHome, OwnToAPlace[0]), token);
        foreach (var part in (string[])[$"'{database.Target.Port}'", $"'{database.Target.Login}'", $"'{database.Target.Path}'"])
            if (!connection.Contains(part, StringComparison.Ordinal))
                differences.Add($"{OwnToAPlace[0]}: does not name {part} of the new database");
        var (old, @new) = (await HashesAsync(site.OldHome, token), await HashesAsync(site.NewHome, token));
        foreach (var (name, hash) in old.Where(file => !OwnToAPlace.Any(own => file.Key.StartsWith(own, StringComparison.Ordinal))))
            if (@new.GetValueOrDefault(name) != hash)
                differences.Add($"{name}: {(@new.ContainsKey(name) ? "other content" : "missing")}");
        differences.AddRange(site.Before.Where(file => old.GetValueOrDefault(file.Key) != file.Value).Select(file => $"{file.Key}: changed at the old place"));
        using var http = new HttpClient(new SocketsHttpHandler());
        foreach (var page in Pages)
        {
            var (before, after) = (await PageAsync(http, site, site.OldWeb, page, token), await PageAsync(http, site, site.NewWeb, page, token));
            if (before != after || !after.StartsWith("200 ", StringComparison.Ordinal))
                differences.Add($"{page}: {before} became {after}");
        }

        foreach (var page in Pages.Take(2))
        {
            var (before, after) = (await Browser.OpenAsync(site.Name, site.OldWeb, page, token), await Browser.OpenAsync(site.Name, site.NewWeb, page, token));
            if (before != after || !after.Contains("<title>", StringComparison.Ordinal))
                differences.Add($"{page}: the browser shows another document");
        }

        return new Comparison(old.Count, Directory.EnumerateFiles(site.OldHome, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), differences);
    }

    /// <summary>SHA-256 of each file, by its path below the folder.</summary>
    public static async Task<Dictionary<string, string>> HashesAsync(string home, CancellationToken token) =>
        (await FileTree.ShellAsync(home, "find . -type f -print0 | xargs -0r sha256sum", token)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.TrimStart('\\').Split("  ./", 2)).ToDictionary(parts => parts[1], parts => parts[0], StringComparer.Ordinal);

    private static async Task<string> PageAsync(HttpClient http, LabSite site, int port, string path, CancellationToken token)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}{path}"));
        question.Headers.Host = site.Name;
        using var answer = await http.SendAsync(question, token);
        var text = await answer.Content.ReadAsStringAsync(token);
        var title = text.Split("<title>", 2) is [_, var rest] ? rest.Split("</title>", 2)[0] : "no title";
        return $"{(int)answer.StatusCode} {title}";
    }
}

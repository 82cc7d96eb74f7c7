using System.Globalization;
using System.Net;
using System.Text.Json;
using Cassiopea.Sites.Checks;
using Cassiopea.Sites.Configuration;
using Cassiopea.Sites.Profiles;
using Cassiopea.Sites.Statistics;
using Cassiopea.Sites.Survey;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Cli.Sites;

/// <summary>What a site is made of: survey, configurations, statistics and the check over HTTP.</summary>
internal static class SiteContentCommands
{
    private const string Common = "--from= --from-password-file= --from-key= --known-hosts= --connections= --report= --quiet --json";

    public static IReadOnlyList<Command> All { get; } =
    [
        new("site survey", "Tells what a site is made of and what will not run at the new host; writes nothing.", Common + " --profile= --old-root=", SurveyAsync),
        new("site configure", "Writes a site's configurations for a new database and new paths into a folder.", Common + " --to= --to-password-file= --database= --path= --profile= --dry-run", ConfigureAsync),
        new("site statistics", "Saves a site's visit statistics as a table, a page to print and the files themselves.", Common + " --to= --language= --name=", StatisticsAsync),
        new("site check", "Asks the same pages at the old and the new place, before the name leads to the new one.", "--site= --before= --after= --report= --quiet --json", CheckAsync),
    ];

    private static async Task<int> SurveyAsync(CommandLine line, CancellationToken token)
    {
        await using var tree = await SiteTreeEnd.OpenAsync(line, token);
        var survey = await SiteSurvey.RunAsync(tree, new SiteSurveyOptions { Target = Profile(line), OldRoots = line.Values("--old-root"), Readers = tree.Readers }, token);
        await SiteOutput.WriteAsync(line, survey, () => SurveyText.Lines(survey));
        return ExitCode.Complete;
    }

    private static async Task<int> ConfigureAsync(CommandLine line, CancellationToken token)
    {
        var wish = Wish(line);
        var to = line.Has("--dry-run") ? null : Path.GetFullPath(line.Required("--to"));
        await using var tree = await SiteTreeEnd.OpenAsync(line, token);
        var survey = await SiteSurvey.RunAsync(tree, new SiteSurveyOptions { Target = Profile(line), Readers = tree.Readers }, token);
        var plan = await ConfigurationPlan.MakeAsync(tree, survey.Systems, survey.Paths, wish, token);
        if (to is not null)
        {
            foreach (var file in plan.Files)
            {
                LocalFiles.Write(to, file.File, file.Content);
                LocalFiles.Write(to, file.KeptFile, file.KeptContent);
            }

            if (plan.Files.Count > 0)
                LocalFiles.Write(to, ConfigurationPlan.Refusal.File, ConfigurationPlan.Refusal.Content);
        }

        await SiteOutput.WriteAsync(line, plan, () => [
            .. plan.Files.Select(static f => $"{f.File}: {string.Join(", ", f.Edits.Select(static e => $"{e.Key} (line {e.Line})"))}; original in {f.KeptFile}"),
            .. plan.Steps.Select(static s => $"{s.Kind}: {s.Path}: {s.Text}")]);
        return plan.Steps.Any(static s => s.Kind == ConfigurationStepKind.ByHand) ? ExitCode.Exceptions : ExitCode.Complete;
    }

    private static async Task<int> StatisticsAsync(CommandLine line, CancellationToken token)
    {
        var to = Path.GetFullPath(line.Required("--to"));
        var language = line.Value("--language") ?? "fr";
        await using var tree = await SiteTreeEnd.OpenAsync(line, token);
        List<SitePath> files = [];
        await foreach (var entry in tree.ListAsync(token))
        {
            if (entry.Kind == SiteEntryKind.File && StatisticsReader.Wants(entry.Path))
                files.Add(entry.Path);
        }

        var statistics = await StatisticsReader.ReadAsync(tree, files, token);
        Directory.CreateDirectory(to);
        await File.WriteAllTextAsync(Path.Combine(to, "visits.csv"), StatisticsPages.ToCsv(statistics), token);
        await File.WriteAllTextAsync(Path.Combine(to, "visits.html"), StatisticsPages.ToHtml(line.Value("--name") ?? line.Required("--from"), language, statistics), token);
        foreach (var file in statistics.Files)
        {
            await using var content = await tree.OpenAsync(file, token);
            LocalFiles.Write(Path.Combine(to, "files"), file, content);
        }

        await SiteOutput.WriteAsync(line, statistics, () => [
            $"{statistics.Months.Count} months, {statistics.Files.Count} files saved in {to}",
            .. statistics.Unreadable.Select(static u => $"not understood, saved as it is: {u}")]);
        return statistics.Unreadable.Count > 0 ? ExitCode.Exceptions : ExitCode.Complete;
    }

    private static async Task<int> CheckAsync(CommandLine line, CancellationToken token)
    {
        if (!Uri.TryCreate(line.Required("--site"), UriKind.Absolute, out var site) || site.Scheme is not ("http" or "https"))
            throw new UsageException("--site must be http://name/ or https://name/.");
        var pages = await SiteCheck.RunAsync(new SitePlace(site, await PlaceAsync(line, "--before", site, token)), new SitePlace(site, await PlaceAsync(line, "--after", site, token)), TimeSpan.FromSeconds(30), token);
        await SiteOutput.WriteAsync(line, pages, () => pages.Select(static p => $"{(p.Equal ? "same " : "OTHER")} {p.Before.Status}/{p.After.Status} {p.Path}{(p.After.Problem.Length > 0 ? " " + p.After.Problem : "")}"));
        return pages.All(static p => p.Equal) ? ExitCode.Complete : pages.All(static p => p.Before.Status == 0) ? ExitCode.Interrupted : ExitCode.Different;
    }

    private static async Task<IPEndPoint> PlaceAsync(CommandLine line, string option, Uri site, CancellationToken token)
    {
        var parts = line.Required(option).Split(':');
        var port = site.Port;
        if (parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[1], CultureInfo.InvariantCulture, out port)))
            throw new UsageException($"{option} must be HOST or HOST:PORT.");
        try
        {
            return new IPEndPoint((await Dns.GetHostAddressesAsync(parts[0], token))[0], port);
        }
        catch (System.Net.Sockets.SocketException)
        {
            throw new UsageException($"{option}: {parts[0]} has no address.");
        }
    }

    private static ConfigurationWish Wish(CommandLine line)
    {
        Dictionary<string, DatabasePlace> databases = new(StringComparer.Ordinal);
        foreach (var pair in line.Values("--database"))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length != 2)
                throw new UsageException("--database must be OLDNAME=mysql://user@host:port/name.");
            var url = EndUrl.Parse("--database", parts[1], "mysql");
            databases[parts[0]] = new DatabasePlace(url.Host, url.Port < 0 ? null : url.Port, url.User, new Secret(EndUrl.Password(line, "to")), url.Path);
        }

        var paths = line.Values("--path").Select(static p => p.Split('=', 2)).ToList();
        if (paths.Exists(static p => p.Length != 2))
            throw new UsageException("--path must be OLD=NEW.");
        return new ConfigurationWish(databases, [.. paths.Select(static p => new KeyValuePair<string, string>(p[0], p[1]))], Profile(line).PhpVersion.Major >= 7);
    }

    private static HostingProfile Profile(CommandLine line)
    {
        if (line.Value("--profile") is not { } name)
            return new SiteSurveyOptions().Target;
        if (HostingProfile.Find(name) is { } known)
            return known;
        try
        {
            return HostingProfile.Parse(File.ReadAllText(name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UsageException($"--profile is neither {string.Join(", ", HostingProfile.Targets.Select(static p => p.Name))} nor a readable file: {e.Message}");
        }
    }
}

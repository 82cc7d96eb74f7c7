using Cassiopea.Ftp.Site;

namespace Cassiopea.Cli.Sites;

/// <summary>The web engine on its own: without bus and database.</summary>
internal static class SiteCopyCommands
{
    private const string Ends = "--from= --to= --from-password-file= --to-password-file= --from-key= --to-key= --known-hosts= --report= --quiet --json --exclude= --connections= --rate= --driver=";

    public static IReadOnlyList<Command> All { get; } =
    [
        new("site copy", "Copies a site over FTP, FTPS or SFTP, or what changed since the last run.", Ends + " --journal= --dry-run --delete-extra", CopyAsync),
        new("site verify", "Reads the files of two sites and compares them.", Ends + " --sample= --manifest=", VerifyAsync),
    ];

    private static async Task<int> CopyAsync(CommandLine line, CancellationToken token)
    {
        var (source, target) = (SiteEnds.Account(line, "from"), SiteEnds.Account(line, "to"));
        await using var progress = ProgressOutput.For(line);
        var options = Options(line, progress) with { DryRun = line.Has("--dry-run"), DeleteExtra = line.Has("--delete-extra") };
        var result = await new SiteCopy(TimeProvider.System).RunAsync(source, target, SiteEnds.Journal(line, source, target), options, token);
        await progress.DisposeAsync();
        return await WriteAsync(line, "site copy", source.Endpoint.Url, target.Endpoint.Url, result);
    }

    private static async Task<int> VerifyAsync(CommandLine line, CancellationToken token)
    {
        var (source, target) = (SiteEnds.Account(line, "from"), SiteEnds.Account(line, "to"));
        await using var progress = ProgressOutput.For(line);
        var options = Options(line, progress) with { SamplePercent = (int)line.Number("--sample", 100, 1, 100), Manifest = line.Value("--manifest") };
        var result = await new SiteVerification(TimeProvider.System).RunAsync(source, target, options, token);
        await progress.DisposeAsync();
        return await WriteAsync(line, "site verify", source.Endpoint.Url, target.Endpoint.Url, result);
    }

    private static async Task<int> WriteAsync(CommandLine line, string engine, string from, string to, SiteCopyResult result)
    {
        var code = await ReportOutput.WriteAsync(line, result.ToReport(engine, from, to));
        if (line.Has("--quiet") || line.Has("--json")) return code;
        Console.WriteLine($"  {result.Directories} folders, {result.Extra} files at the target only, {result.Excluded.Count} left out, {result.Deleted.Count} deleted, {result.Connections} connections");
        if (result.ManifestSha256.Length > 0) Console.WriteLine($"  manifest sha256 {result.ManifestSha256}");
        return code;
    }

    private static SiteCopyOptions Options(CommandLine line, ProgressOutput progress) => new()
    {
        Connections = (int)line.Number("--connections", 4, 1, 32),
        BytesPerSecond = line.Number("--rate", 0, 0, long.MaxValue),
        Excludes = line.Values("--exclude"),
        Session = new() { Driver = SiteEnds.Driver(line) },
        Progress = progress.Listener,
        ProgressEvery = progress.Every,
    };
}

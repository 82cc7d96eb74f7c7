using System.Globalization;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Benchmarks.Web;

/// <summary>500,000 files from directory to directory: what the engine itself holds, first and second pass.</summary>
internal static class WebMemory
{
    private const int Files = 500_000;
    private const int Folders = 2_500;

    public static async Task<bool> RunAsync(WebOptions options, CancellationToken token)
    {
        var root = LabRoot.NewFolder("memory");
        var (from, to) = (Path.Combine(root, "from"), Path.Combine(root, "to"));
        for (var folder = 0; folder < Folders; folder++)
        {
            var path = Path.Combine(from, $"folder-{folder % 50}", $"sub-{folder}");
            Directory.CreateDirectory(path);
            for (var file = 0; file < Files / Folders; file++) await File.WriteAllBytesAsync(Path.Combine(path, $"a-file-with-a-name-of-usual-length-{file}.html"), [], token);
        }

        Console.WriteLine($"\nmemory: {Files} files, {Folders} folders, directory to directory");
        var managed = options.Cli.EndsWith(".dll", StringComparison.Ordinal);
        string[] arguments = ["site", "copy", "--from", from, "--to", to, "--journal", Path.Combine(root, "journal"), "--quiet"];
        var good = true;
        for (var pass = 1; pass <= 2; pass++)
        {
            var cost = await ProcessMeter.RunAsync(new ChildProgram(managed ? "/usr/bin/dotnet" : options.Cli, managed ? [options.Cli, .. arguments] : arguments), token);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  pass {pass}: {cost.Seconds:0.0} s, peak {cost.PeakBytes / 1e6:0} MB, exit {cost.ExitCode}"));
            good &= cost.ExitCode == 0 && cost.PeakBytes <= 200_000_000;
        }

        Directory.Delete(root, recursive: true);
        return good;
    }
}

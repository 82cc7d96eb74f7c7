using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Cassiopea.Sympa;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;

namespace Cassiopea.Cli.List;

/// <summary>The mailing list engine on its own. A Sympa is <c>sympa:///etc/sympa/sympa/sympa.conf</c> on this machine, <c>sympa://user@host/etc/…</c> over ssh.</summary>
internal static class ListCommands
{
    private const string From = "--from= --from-account= --from-library= --identity=", To = "--to= --to-account= --to-library= --identity=", Output = " --report= --json --quiet";

    public static IReadOnlyList<Command> All { get; } =
    [
        new("list survey", "Lists the lists of a robot, open or not.", From + " --robot= --json", SurveyAsync),
        new("list export", "Reads a list into a bundle: a folder, or a .tar.gz.", From + " --list= --to= --json --quiet", ExportAsync),
        new("list import", "Makes a list from a bundle, or brings it up to date.", "--from= " + To + " --as= --journal= --dry-run --adopt --live" + Output, ImportAsync),
        new("list verify", "Compares a new list with a bundle, field by field and octet by octet.", "--from= " + To + " --as= --journal=" + Output, VerifyAsync),
        new("list freeze", "Stops posts and subscriptions at an old list; can be taken back.", From + " --list= --quiet", (line, token) => FreezeAsync(line, ListFreeze.FreezeAsync, "is frozen", token)),
        new("list unfreeze", "Gives a frozen list its own rules back.", From + " --list= --quiet", (line, token) => FreezeAsync(line, ListFreeze.UnfreezeAsync, "has its own rules again", token)),
    ];

    private static async Task<int> SurveyAsync(CommandLine line, CancellationToken token)
    {
        var lists = await (await HostAsync(line, "from", TransferSide.Source, token)).ListsAsync(line.Required("--robot"), token);
        if (line.Has("--json")) Console.WriteLine(JsonSerializer.Serialize(lists.Select(static one => new SurveyedList(one.Address.ToString(), one.Status, one.Subject)).ToList(), ListJson.Default.ListSurveyedList));
        else foreach (var one in lists) Console.WriteLine($"{one.Address,-40} {one.Status,-12} {one.Subject}");
        return ExitCode.Complete;
    }

    private static async Task<int> ExportAsync(CommandLine line, CancellationToken token)
    {
        var (host, list, to) = (await HostAsync(line, "from", TransferSide.Source, token), Address(line, "--list"), Path.GetFullPath(line.Required("--to")));
        var packed = to.EndsWith(".tar.gz", StringComparison.Ordinal);
        var folder = packed ? Directory.CreateTempSubdirectory("cassiopea-bundle-").FullName : to;
        try
        {
            var manifest = await new ListExport(TimeProvider.System).RunAsync(host, list, folder, token);
            if (packed) await PackAsync(folder, to, token);
            if (line.Has("--json")) Console.WriteLine(await File.ReadAllTextAsync(Path.Combine(folder, "manifest.json"), token));
            else if (!line.Has("--quiet")) Say(manifest, to);
            return manifest.Losses.Count == 0 ? ExitCode.Complete : ExitCode.Exceptions;
        }
        finally
        {
            if (packed) Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<int> ImportAsync(CommandLine line, CancellationToken token) => WithBundleAsync(line, async (bundle, from) =>
    {
        var (host, to) = (await HostAsync(line, "to", TransferSide.Target, token), Address(line, "--as"));
        var options = new ListImportOptions { DryRun = line.Has("--dry-run"), Adopt = line.Has("--adopt"), Live = line.Has("--live") };
        var result = await new ListImport(TimeProvider.System).RunAsync(bundle, host, to, line.Required("--journal"), options, token);
        if (!line.Has("--quiet") && !line.Has("--json"))
        {
            foreach (var (role, merge) in result.People)
                Console.WriteLine($"  {role}: {merge.Added.Count} to add, {merge.Changed.Count} to change, {merge.Removed.Count} to take out, {merge.KeptOut.Count} left out because they left or are excluded");
            foreach (var finding in result.Manifest.Findings) Console.WriteLine($"  {finding.File}:{finding.Line} {finding.Text}");
        }

        return await ReportOutput.WriteAsync(line, result.ToReport(from, $"{host.Name} {to}"));
    }, token);

    private static Task<int> VerifyAsync(CommandLine line, CancellationToken token) => WithBundleAsync(line, async (bundle, _) =>
    {
        var (host, to) = (await HostAsync(line, "to", TransferSide.Target, token), Address(line, "--as"));
        return await ReportOutput.WriteAsync(line, await new ListVerification(TimeProvider.System).RunAsync(bundle, host, to, line.Value("--journal"), token));
    }, token);

    private static async Task<int> FreezeAsync(CommandLine line, Func<SympaHost, ListAddress, CancellationToken, Task> act, string done, CancellationToken token)
    {
        var list = Address(line, "--list");
        await act(await HostAsync(line, "from", TransferSide.Source, token), list, token);
        if (!line.Has("--quiet")) Console.WriteLine($"{list} {done}.");
        return ExitCode.Complete;
    }

    private static async Task<int> WithBundleAsync(CommandLine line, Func<ListBundle, string, Task<int>> act, CancellationToken token)
    {
        var from = Path.GetFullPath(line.Required("--from"));
        if (Directory.Exists(from)) return await act(new(from), from);
        if (!File.Exists(from)) throw new UsageException($"--from: there is no bundle at {from}.");
        var folder = Directory.CreateTempSubdirectory("cassiopea-bundle-");
        try
        {
            await using var file = File.OpenRead(from);
            await using var tar = new GZipStream(file, CompressionMode.Decompress);
            await SafeTar.ExtractAsync(tar, folder.FullName, new(), token);
            return await act(new(folder.FullName), from);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task PackAsync(string folder, string to, CancellationToken token)
    {
        await using (var file = File.Create(to + ".part"))
        await using (var gzip = new GZipStream(file, CompressionLevel.Optimal))
            await TarFile.CreateFromDirectoryAsync(folder, gzip, includeBaseDirectory: false, token);
        File.Move(to + ".part", to, overwrite: true);
    }

    private static async Task<SympaHost> HostAsync(CommandLine line, string end, TransferSide side, CancellationToken token)
    {
        var url = EndUrl.Parse("--" + end, line.Required("--" + end), "sympa");
        var shell = url.Host.Length == 0
            ? SympaShell.Local(side, line.Value($"--{end}-account"))
            : SympaShell.Ssh(side, url.User.Length == 0 ? url.Host : $"{url.User}@{url.Host}", url.Port < 0 ? 22 : url.Port, line.Value("--identity"));
        return await SympaHost.OpenAsync(shell, "/" + url.Path, line.Value($"--{end}-library"), token);
    }

    private static ListAddress Address(CommandLine line, string option)
    {
        try
        {
            return ListAddress.Parse(line.Required(option));
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"{option}: {wrong.Message}");
        }
    }

    private static void Say(BundleManifest manifest, string to)
    {
        Console.WriteLine($"{manifest.List} ({manifest.Status}) → {to}: {string.Join(", ", manifest.Counts.Select(static one => $"{one.Value} {one.Key}"))}");
        foreach (var loss in manifest.Losses) Console.WriteLine($"  ! {loss}");
        foreach (var finding in manifest.Findings) Console.WriteLine($"  {finding.File}:{finding.Line} {finding.Text}");
    }
}

/// <summary>One line of <c>list survey --json</c>.</summary>
internal sealed record SurveyedList(string List, string Status, string Subject);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(List<SurveyedList>))]
internal sealed partial class ListJson : System.Text.Json.Serialization.JsonSerializerContext;

using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Cassiopea.Sympa;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Sympa.Mailman;
using Cassiopea.Sympa.Soap;
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
        new("list import", "Makes a list from a bundle, or brings it up to date: at a Sympa, or at a Mailman 3 (--to mailman://user@host/).", "--from= " + To + " --to-password-file= --as= --journal= --dry-run --adopt --live" + Output, ImportAsync),
        new("list verify", "Compares a new list with a bundle, field by field and octet by octet; with --to soap://application@host/path --actor ADDRESS what SOAP tells.", "--from= " + To + " --to-password-file= --as= --journal= --actor= --details=" + Output, VerifyAsync),
        new("list probe", "Asks what becomes of a post by a member, an owner and a stranger; no post is made.", From + " --list= --json", ProbeAsync),
        new("list forward", "Leads the old addresses of a frozen list to the new one; members are told in the list's language. list unfreeze takes it back.", From + " --list= --as= --quiet", ForwardAsync),
        new("list freeze", "Stops posts and subscriptions at an old list; can be taken back.", From + " --list= --quiet", (line, token) => FreezeAsync(line, ListFreeze.FreezeAsync, "is frozen", token)),
        new("list unfreeze", "Gives a frozen list its own rules back.", From + " --list= --quiet", (line, token) => FreezeAsync(line, ListFreeze.UnfreezeAsync, "has its own rules again", token)),
    ];

    private static async Task<int> SurveyAsync(CommandLine line, CancellationToken token)
    {
        var lists = await (await HostAsync(line, "from", TransferSide.Source, token)).ListsAsync(line.Required("--robot"), token);
        var (order, circles) = ListOrder.Of(lists.ToDictionary(static one => one.Address, one => (IReadOnlyList<ListAddress>)[.. one.Includes.Where(other => lists.Any(known => known.Address == other))]));
        if (line.Has("--json")) Console.WriteLine(JsonSerializer.Serialize(lists.Select(one => new SurveyedList(one.Address.ToString(), one.Status, one.Subject, [.. one.Includes.Select(static other => other.ToString())], circles.Contains(one.Address))).ToList(), ListJson.Default.ListSurveyedList));
        else foreach (var one in order.Concat(circles).Select(address => lists.Single(one => one.Address == address)))
            Console.WriteLine($"{one.Address,-40} {one.Status,-12} {one.Subject}{(one.Includes.Count > 0 ? $" (includes {string.Join(", ", one.Includes)})" : "")}{(circles.Contains(one.Address) ? " ! includes in a circle" : "")}");
        return circles.Count == 0 ? ExitCode.Complete : ExitCode.Exceptions;
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
        var (to, journal) = (Address(line, "--as"), line.Required("--journal"));
        var options = new ListImportOptions { DryRun = line.Has("--dry-run"), Adopt = line.Has("--adopt"), Live = line.Has("--live") };
        using var http = ListEnds.Http();
        var (result, name) = ListEnds.IsMailman(line) ? (await new MailmanImport(TimeProvider.System).RunAsync(bundle, ListEnds.Mailman(line, http), to, journal, options, token), line.Required("--to"))
            : await HostAsync(line, "to", TransferSide.Target, token) is var host ? (await new ListImport(TimeProvider.System).RunAsync(bundle, host, to, journal, options, token), host.Name) : default;
        if (!line.Has("--quiet") && !line.Has("--json"))
        {
            foreach (var (role, merge) in result.People)
                Console.WriteLine($"  {role}: {merge.Added.Count} to add, {merge.Changed.Count} to change, {merge.Removed.Count} to take out, {merge.KeptOut.Count} left out because they left or are excluded");
            foreach (var finding in result.Manifest.Findings) Console.WriteLine($"  {finding.File}:{finding.Line} {finding.Text}");
        }

        return await ReportOutput.WriteAsync(line, result.ToReport(from, $"{name} {to}"));
    }, token);

    private static Task<int> VerifyAsync(CommandLine line, CancellationToken token) => WithBundleAsync(line, async (bundle, _) =>
    {
        var (to, journal) = (Address(line, "--as"), line.Value("--journal"));
        using var http = ListEnds.Http();
        if (ListEnds.IsMailman(line)) return await ReportOutput.WriteAsync(line, await new MailmanImport(TimeProvider.System).VerifyAsync(bundle, ListEnds.Mailman(line, http), to, journal, token));
        if (ListEnds.IsSoap(line)) return await ReportOutput.WriteAsync(line, await new ListSoapVerification(TimeProvider.System).RunAsync(bundle, ListEnds.Soap(line, http), to, line.Required("--actor"), ListEnds.Details(line), token));
        return await ReportOutput.WriteAsync(line, await new ListVerification(TimeProvider.System).RunAsync(bundle, await HostAsync(line, "to", TransferSide.Target, token), to, journal, token));
    }, token);

    private static async Task<int> FreezeAsync(CommandLine line, Func<SympaHost, ListAddress, CancellationToken, Task> act, string done, CancellationToken token)
    {
        var list = Address(line, "--list");
        await act(await HostAsync(line, "from", TransferSide.Source, token), list, token);
        if (!line.Has("--quiet")) Console.WriteLine($"{list} {done}.");
        return ExitCode.Complete;
    }

    private static async Task<int> ProbeAsync(CommandLine line, CancellationToken token)
    {
        var answers = await ListRights.AskAsync(await HostAsync(line, "from", TransferSide.Source, token), Address(line, "--list"), null, token);
        if (line.Has("--json")) Console.WriteLine(JsonSerializer.Serialize(answers.ToDictionary(static one => one.Key, static one => one.Value, StringComparer.Ordinal), ListJson.Default.DictionaryStringString));
        else foreach (var (who, answer) in answers) Console.WriteLine($"{who,-10} {answer}");
        return answers.Count > 0 ? ExitCode.Complete : ExitCode.Refused;
    }

    private static async Task<int> ForwardAsync(CommandLine line, CancellationToken token)
    {
        var (list, to) = (Address(line, "--list"), Address(line, "--as"));
        var host = await HostAsync(line, "from", TransferSide.Source, token);
        if (await ListForward.ForwardAsync(host, list, to, token) is { } notLed)
        {
            Console.Error.WriteLine($"{notLed.Text} {notLed.Action}");
            return ExitCode.Exceptions;
        }

        if (!line.Has("--quiet")) Console.WriteLine($"{list} leads to {to} now.");
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
internal sealed record SurveyedList(string List, string Status, string Subject, IReadOnlyList<string> Includes, bool InCircle);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(List<SurveyedList>))]
[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ListJson : System.Text.Json.Serialization.JsonSerializerContext;

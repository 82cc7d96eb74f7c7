using System.Text;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;
using static Cassiopea.Sympa.Host.SympaShell;

namespace Cassiopea.Sympa;

/// <summary>
/// After the switch the old addresses lead to the new list: the alias lines of the old list point there, and the old list, which stays frozen, answers a
/// member who wrote to the old address with a notice in the list's language. It answers nobody else, no machine and no list, so that nothing can turn in
/// a circle. Can be taken back.
/// </summary>
public static class ListForward
{
    internal const string Scenario = "cassiopea_moved";
    private const int Attempts = 30;
    private static readonly string[] Suffixes = ["", "-request", "-editor", "-subscribe", "-unsubscribe", "-owner"];
    private const string Kept = "aliases.before-forward";

    /// <summary>
    /// Forwards; what is forwarded to the same list stays so. Members are told that their posts are passed on only where the old address was read back to
    /// lead to the new one; else whoever writes is told that it was not, and where to write, and what is returned names the addresses and who must lead them.
    /// </summary>
    /// <param name="old">The old host.</param>
    /// <param name="from">The old list, frozen.</param>
    /// <param name="to">The new list.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="TransferException">The new address is the old one, leads back to it, or the list is not frozen.</exception>
    public static async Task<ReportException?> ForwardAsync(SympaHost old, ListAddress from, ListAddress to, CancellationToken token)
    {
        if (from == to) throw Loop($"{to} is the old address itself: with the same address it is the MX that moves, and nothing is forwarded.");
        var path = $"{old.FolderOf(from)}/config";
        var config = ListConfig.Parse(await old.ReadFileAsync(path, token));
        if (config.Value("subscribe") != "closed" || config.Value("send") is not ("closed" or Scenario))
            throw new TransferException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.ItemRefused, $"{from} is not frozen: freeze it, and let its last pass end, before it is forwarded.");
        await ForwardAliasesAsync(old, from, to, token);
        var led = await LeadsAsync(old, from, to, token);
        var language = (await ListFreeze.ConfigAsync(old, from, token)).Value("lang") ?? "en";
        await old.LineAsync($"mkdir -p {Quote(old.FolderOf(from) + "/scenari")} {Quote(old.FolderOf(from) + "/mail_tt2")}", token);
        await old.WriteFileAsync($"{old.FolderOf(from)}/mail_tt2/{Scenario}.tt2", Encoding.UTF8.GetBytes(MovedNotice.Template(language, from, to, led)), token);
        await old.WriteFileAsync($"{old.FolderOf(from)}/scenari/send.{Scenario}", Encoding.UTF8.GetBytes(MovedNotice.Scenario(led)), token);
        config.Set("send", Scenario);
        await old.WriteFileAsync(path, config.File.ToOctets(), token);
        return ListConfig.Parse(await old.ReadFileAsync(path, token)).Value("send") != Scenario
            ? throw new TransferException(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"{from} was not found with 'send {Scenario}' after it was written.")
            : led ? null : NotLed(old, from, to);
    }

    /// <summary>Gives the old list its own alias lines again; it stays frozen. One that is not forwarded stays as it is.</summary>
    /// <param name="old">The old host.</param>
    /// <param name="from">The old list.</param>
    /// <param name="token">Ends it.</param>
    public static async Task TakeBackAsync(SympaHost old, ListAddress from, CancellationToken token)
    {
        var path = $"{old.FolderOf(from)}/config";
        var config = ListConfig.Parse(await old.ReadFileAsync(path, token));
        var kept = await old.ReadFileAsync($"{old.FolderOf(from)}/{Kept}", token);
        if (kept.Length > 0)
        {
            var lines = Encoding.Latin1.GetString(kept).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(static line => line.Split(':')[0].Trim(), StringComparer.OrdinalIgnoreCase);
            await RewriteAliasesAsync(old, line => lines.GetValueOrDefault(line.Split(':')[0].Trim(), line), token);
        }

        if (config.Value("send") == Scenario)
        {
            config.Set("send", "closed");
            await old.WriteFileAsync(path, config.File.ToOctets(), token);
        }

        foreach (var file in (string[])[Kept, $"scenari/send.{Scenario}", $"mail_tt2/{Scenario}.tt2"]) await old.RemoveFileAsync($"{old.FolderOf(from)}/{file}", token);
        await old.LineAsync($"cd {Quote(old.FolderOf(from))} 2>/dev/null || exit 0; rmdir scenari mail_tt2 2>/dev/null || true", token);
    }

    private static async Task ForwardAliasesAsync(SympaHost old, ListAddress from, ListAddress to, CancellationToken token)
    {
        if (old.Layout.Aliases is null) return; // the mail server of that host knows lists by a table of its own: docs/operations/lists.md
        var text = Encoding.Latin1.GetString(await old.ReadFileAsync(old.Layout.Aliases, token));
        if (text.Split('\n').FirstOrDefault(line => ForwardsBack(line, from, to)) is { } back) throw Loop($"the old host itself leads {to} to {from}: {back.Trim()}");
        var ours = text.Split('\n').Where(line => SuffixOf(line, from) is not null).ToList();
        var kept = await old.ReadFileAsync($"{old.FolderOf(from)}/{Kept}", token);
        if (ours.Count > 0 && kept.Length == 0) await old.WriteFileAsync($"{old.FolderOf(from)}/{Kept}", Encoding.Latin1.GetBytes(string.Join('\n', ours) + "\n"), token);
        await RewriteAliasesAsync(old, line => SuffixOf(line, from) is not { } suffix || line.Contains($" {to},", StringComparison.Ordinal) ? line
            : suffix.Length == 0 ? $"{line.Split(':')[0]}: {to},{line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]}" // the old list gets it too, and answers
            : $"{line.Split(':')[0]}: {to.Name}{suffix}@{to.Robot}", token);
    }

    private static async Task RewriteAliasesAsync(SympaHost old, Func<string, string> rewrite, CancellationToken token)
    {
        if (old.Layout.Aliases is not { } file) return;
        for (var attempt = 1; ; attempt++)
        {
            // the lines of others may be in any encoding: each octet is kept
            var octets = await old.ReadFileAsync(file, token);
            var text = Encoding.Latin1.GetString(octets);
            var fresh = string.Join('\n', text.Split('\n').Select(rewrite));
            if (fresh == text) return;
            if (await old.ReplaceFileAsync(file, octets, Encoding.Latin1.GetBytes(fresh), token)) break;
            if (attempt == Attempts) throw new TransferException(TransferSide.Source, TransferFailureKind.Passing, TransferCode.ItemRefused, $"{old.Name}: {file} was changed by others each time it was to be written.");
        }

        await old.LineAsync($"p={Quote(old.Layout.Program[..(old.Layout.Program.LastIndexOf('/') + 1)] + "sympa_newaliases.pl")}; [ -x \"$p\" ] || p=/usr/lib/sympa/bin/sympa_newaliases.pl; {(old.Layout.Library is { } library ? $"SYMPALIB={Quote(library)} " : "")}\"$p\" 2>&1", token);
    }

    /// <summary>For a line that pipes into this list: what follows its name, for example <c>-request</c>; null for every other line.</summary>
    internal static string? SuffixOf(string line, ListAddress list)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || line.TrimStart().StartsWith('#') || !line.Contains('|', StringComparison.Ordinal)) return null;
        foreach (var suffix in Suffixes.Where(static one => one != "-owner"))
            if (line.AsSpan(colon).Contains($" {list.Name}{suffix}@{list.Robot}\"", StringComparison.OrdinalIgnoreCase)) return suffix == "" && line[..colon].TrimEnd().EndsWith("-owner", StringComparison.OrdinalIgnoreCase) ? "-owner" : suffix;
        return null;
    }

    /// <summary>True when the old list's own address stands in the alias file with the new one among those it leads to.</summary>
    private static async Task<bool> LeadsAsync(SympaHost old, ListAddress from, ListAddress to, CancellationToken token)
    {
        if (old.Layout.Aliases is not { } file) return false;
        return Encoding.Latin1.GetString(await old.ReadFileAsync(file, token)).Split('\n').Any(line => IsOwn(line, from)
            && line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(',').Any(one => one.Trim().Equals(to.ToString(), StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsOwn(string line, ListAddress from)
    {
        var name = line.Split(':')[0].Trim();
        return SuffixOf(line, from) == "" || (line.Contains(':', StringComparison.Ordinal) && (name.Equals(from.Name, StringComparison.OrdinalIgnoreCase) || name.Equals(from.ToString(), StringComparison.OrdinalIgnoreCase)));
    }

    private static ReportException NotLed(SympaHost old, ListAddress from, ListAddress to) => new(
        $"forward {from}", TransferSide.Source, TransferFailureKind.Refused, TransferCode.NotExpressible,
        $"The old addresses do not lead to the new list: {string.Join(", ", Suffixes.Select(suffix => $"{from.Name}{suffix}@{from.Robot}"))}. {(old.Layout.Aliases is { } file ? $"{file} of {old.Name} has no line of {from}" : $"The Sympa of {old.Name} keeps no alias lines")}. Nothing is passed on: who writes to the old list is told so, and the new address.",
        $"Have the administrator of the mail server of {from.Robot} lead each of these addresses to the same one of {to}, and to nothing else.");

    private static bool ForwardsBack(string line, ListAddress from, ListAddress to)
    {
        var parts = line.Split(':', 2);
        return parts.Length == 2 && !line.TrimStart().StartsWith('#') && (parts[0].Trim().Equals(to.Name, StringComparison.OrdinalIgnoreCase) || parts[0].Trim().Equals(to.ToString(), StringComparison.OrdinalIgnoreCase))
            && parts[1].Contains(from.ToString(), StringComparison.OrdinalIgnoreCase) && SuffixOf(line, from) is null;
    }

    private static TransferException Loop(string why) => new(TransferSide.Us, TransferFailureKind.Refused, TransferCode.ItemRefused, $"Not forwarded, it would turn in a circle: {why}");
}

using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;
using static Cassiopea.Sympa.Host.SympaShell;

namespace Cassiopea.Sympa;

/// <summary>
/// Stops posts and changes of subscription at an old list by its scenarios, never by closing it; can be taken back. A closed list would answer "no such list".
/// Posts that wait for a moderator or a digest are put aside with it: they go to the new list, and nobody sends them from the old one meanwhile.
/// </summary>
public static class ListFreeze
{
    private const string Before = "config.before-freeze", Aside = "spool.before-freeze";
    private static readonly string[] Keys = ["send", "subscribe", "unsubscribe"];

    /// <summary>Freezes; a list that is frozen stays so.</summary>
    /// <param name="host">The old host.</param>
    /// <param name="list">The list.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="TransferException">The list was not found frozen afterwards.</exception>
    public static async Task FreezeAsync(SympaHost host, ListAddress list, CancellationToken token)
    {
        var (path, before) = ($"{host.FolderOf(list)}/config", $"{host.FolderOf(list)}/{Before}");
        var octets = await host.ReadFileAsync(path, token);
        if (octets.Length == 0) throw new TransferException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.ItemMissing, $"{host.Name} has no list {list}.");
        // the list's own rules, once: what an owner reopens meanwhile, or a second freeze, must not take their place
        if ((await host.ReadFileAsync(before, token)).Length == 0) await host.WriteFileAsync(before, octets, token);
        if (!IsFrozen(octets))
        {
            var config = ListConfig.Parse(octets);
            foreach (var key in Keys) config.Set(key, "closed");
            await host.WriteFileAsync(path, config.File.ToOctets(), token);
            if (!IsFrozen(await host.ReadFileAsync(path, token)))
                throw new TransferException(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"{list} was not found frozen after it was.");
        }

        await MoveAsync(host, list, aside: true, token);
    }

    /// <summary>Gives the list back its own scenarios and what waited; a list that is not frozen stays as it is. Changes made meanwhile by its owner stay.</summary>
    /// <param name="host">The old host.</param>
    /// <param name="list">The list.</param>
    /// <param name="token">Ends it.</param>
    public static async Task UnfreezeAsync(SympaHost host, ListAddress list, CancellationToken token)
    {
        await ListForward.TakeBackAsync(host, list, token);
        var (path, before) = ($"{host.FolderOf(list)}/config", $"{host.FolderOf(list)}/{Before}");
        var saved = await host.ReadFileAsync(before, token);
        await MoveAsync(host, list, aside: false, token); // whatever is put aside, comes back
        if (saved.Length == 0) return;
        var config = Thawed(ListConfig.Parse(await host.ReadFileAsync(path, token)), ListConfig.Parse(saved));
        var octets = config.File.ToOctets();
        await host.WriteFileAsync(path, octets.AsSpan().SequenceEqual(saved) ? saved : octets, token);
        await host.RemoveFileAsync(before, token);
    }

    /// <summary>The config of a list as it is without its freeze.</summary>
    internal static async Task<ListConfig> ConfigAsync(SympaHost host, ListAddress list, CancellationToken token)
    {
        var config = ListConfig.Parse(await host.ReadFileAsync($"{host.FolderOf(list)}/config", token));
        var saved = await host.ReadFileAsync($"{host.FolderOf(list)}/{Before}", token);
        return saved.Length == 0 ? config : Thawed(config, ListConfig.Parse(saved));
    }

    /// <summary>Folder of what was put aside with the freeze: <c>moderation</c> or <c>digest</c>.</summary>
    internal static string AsideOf(SympaHost host, ListAddress list, string spool) => $"{host.FolderOf(list)}/{Aside}/{spool}";

    private static ListConfig Thawed(ListConfig config, ListConfig old)
    {
        foreach (var key in Keys)
        {
            if (config.Value(key) is not ("closed" or ListForward.Scenario)) continue;
            if (old.Value(key) is { } value) config.Set(key, value);
            else config.Remove(key);
        }

        return config;
    }

    // a held post is a file or a folder, depending on the version; both move by their name
    private static async Task MoveAsync(SympaHost host, ListAddress list, bool aside, CancellationToken token)
    {
        var (held, digest) = (AsideOf(host, list, "moderation"), AsideOf(host, list, "digest"));
        var (spool, pending) = ($"{host.Layout.Spool}/moderation", $"{host.Layout.Spool}/digest/{list}");
        await host.LineAsync(aside
            ? $"set -e; mkdir -p {Quote(held)} {Quote(digest)}; if [ -d {Quote(spool)} ]; then cd {Quote(spool)}; for f in {Quote(list.ToString())}_*; do if [ -e \"$f\" ]; then mv \"$f\" {Quote(held)}/; fi; done; fi; if [ -d {Quote(pending)} ]; then cd {Quote(pending)}; for f in *; do if [ -e \"$f\" ]; then mv \"$f\" {Quote(digest)}/; fi; done; fi"
            : $"set -e; if [ -d {Quote(held)} ]; then cd {Quote(held)}; for f in *; do if [ -e \"$f\" ]; then mv \"$f\" {Quote(spool)}/; fi; done; fi; if [ -d {Quote(digest)} ]; then cd {Quote(digest)}; for f in *; do if [ -e \"$f\" ]; then mkdir -p {Quote(pending)}; mv \"$f\" {Quote(pending)}/; fi; done; fi; rm -rf {Quote($"{host.FolderOf(list)}/{Aside}")}", token);
    }

    private static bool IsFrozen(ReadOnlySpan<byte> octets)
    {
        var config = ListConfig.Parse(octets);
        return config.Value("send") is "closed" or ListForward.Scenario && config.Value("subscribe") == "closed" && config.Value("unsubscribe") == "closed";
    }
}

using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa;

/// <summary>Stops posts and changes of subscription at an old list by its scenarios, never by closing it; can be taken back. A closed list would answer "no such list".</summary>
public static class ListFreeze
{
    private const string Before = "config.before-freeze";

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
        if (IsFrozen(octets)) return;
        await host.WriteFileAsync(before, octets, token);
        var config = ListConfig.Parse(octets);
        foreach (var key in (string[])["send", "subscribe", "unsubscribe"]) config.Set(key, "closed");
        await host.WriteFileAsync(path, config.File.ToOctets(), token);
        if (!IsFrozen(await host.ReadFileAsync(path, token)))
            throw new TransferException(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"{list} was not found frozen after it was.");
    }

    /// <summary>Gives the list back its own scenarios; a list that is not frozen stays as it is. Changes made meanwhile by its owner stay.</summary>
    /// <param name="host">The old host.</param>
    /// <param name="list">The list.</param>
    /// <param name="token">Ends it.</param>
    public static async Task UnfreezeAsync(SympaHost host, ListAddress list, CancellationToken token)
    {
        var (path, before) = ($"{host.FolderOf(list)}/config", $"{host.FolderOf(list)}/{Before}");
        var saved = await host.ReadFileAsync(before, token);
        if (saved.Length == 0) return;
        var (config, old) = (ListConfig.Parse(await host.ReadFileAsync(path, token)), ListConfig.Parse(saved));
        foreach (var key in (string[])["send", "subscribe", "unsubscribe"])
        {
            if (config.Value(key) != "closed") continue;
            if (old.Value(key) is { } value) config.Set(key, value);
            else config.Remove(key);
        }

        var octets = config.File.ToOctets();
        await host.WriteFileAsync(path, octets.AsSpan().SequenceEqual(saved) ? saved : octets, token);
        await host.RemoveFileAsync(before, token);
    }

    private static bool IsFrozen(ReadOnlySpan<byte> octets)
    {
        var config = ListConfig.Parse(octets);
        return config.Value("send") == "closed" && config.Value("subscribe") == "closed" && config.Value("unsubscribe") == "closed";
    }
}

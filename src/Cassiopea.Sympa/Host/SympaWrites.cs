using Cassiopea.Sympa.Format;
using static Cassiopea.Sympa.Host.SympaShell;

namespace Cassiopea.Sympa.Host;

/// <summary>What is written at a new host.</summary>
internal static class SympaWrites
{
    /// <summary>Status of a list as its config says; empty when there is no such list.</summary>
    public static async Task<string> StatusAsync(this SympaHost host, ListAddress list, CancellationToken token)
    {
        var octets = await host.ReadFileAsync($"{host.FolderOf(list)}/config", token);
        return octets.Length == 0 ? "" : ListConfig.Parse(octets).Value("status") ?? "open";
    }

    /// <summary>Puts a list's folder in place in one step: whole, or not at all.</summary>
    public static async Task PlaceAsync(this SympaHost host, string from, ListAddress list, CancellationToken token)
    {
        var part = $"{host.Layout.Home}/{list.Robot}/.{list.Name}.part";
        await host.LineAsync($"rm -rf {Quote(part)} && mkdir -p {Quote(part)}", token);
        await host.SendAsync(from, part, token);
        await host.LineAsync($"mv -T {Quote(part)} {Quote(host.FolderOf(list))}", token);
    }

    /// <summary>Adds people to an open list by Sympa's own restore, which never changes or removes anyone.</summary>
    public static async Task AddAsync(this SympaHost host, ListAddress list, PeopleMerge members, CancellationToken token)
    {
        var added = members.Added.ToHashSet(StringComparer.Ordinal);
        await host.WriteFileAsync($"{host.FolderOf(list)}/member.dump", Dump.Write(members.People.Where(one => added.Contains(one.Address))), token);
        await host.SympaAsync(token, "restore", "--roles=member", list.ToString());
    }

    /// <summary>Writes a file into a list's folder.</summary>
    public static async Task PutFileAsync(this SympaHost host, ListAddress list, string name, byte[] content, CancellationToken token)
    {
        var path = $"{host.FolderOf(list)}/{name}";
        await host.LineAsync($"umask 027; mkdir -p {Quote(path[..path.LastIndexOf('/')])}", token);
        await host.WriteFileAsync(path, content, token);
    }

    /// <summary>Hands a post that waits to a spool of the new host; one that is there is left alone.</summary>
    public static async Task SendSpoolAsync(this SympaHost host, string spool, string file, string name, CancellationToken token)
    {
        var path = $"{host.Layout.Spool}/{spool}/{name}";
        await host.LineAsync($"mkdir -p {Quote($"{host.Layout.Spool}/{spool}")}", token);
        if ((await host.ReadFileAsync(path, token)).Length == 0) await host.WriteFileAsync(path, await File.ReadAllBytesAsync(file, token), token);
    }

    /// <summary>Who left although a source of the list names them; null when this Sympa is too old to be asked.</summary>
    public static Task<IReadOnlyList<string>?> ExclusionsAsync(this SympaHost host, ListAddress list, CancellationToken token) => SympaPerl.ExclusionsAsync(host, list, token);

    /// <summary>Writes exclusions, so that no synchronisation subscribes these people again.</summary>
    public static Task ExcludeAsync(this SympaHost host, ListAddress list, IEnumerable<string> addresses, CancellationToken token) => SympaPerl.ExcludeAsync(host, list, addresses, token);
}

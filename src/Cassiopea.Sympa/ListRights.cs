using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa;

/// <summary>
/// What becomes of a post by a member, by a stranger and by an owner: asked of Sympa's own scenarios at both hosts, with each author's address in the
/// envelope and in the header. No post is made, so that no subscriber gets one before the switch.
/// </summary>
public static class ListRights
{
    private const string Stranger = "probe@cassiopea.invalid";

    /// <summary>Who posts, and what becomes of it: <c>do_it</c>, <c>editorkey</c>, <c>reject</c>…; empty when this Sympa cannot be asked.</summary>
    /// <param name="host">The host.</param>
    /// <param name="list">The list, open.</param>
    /// <param name="scenario">Name of the scenario; null = the list's present one.</param>
    /// <param name="token">Ends it.</param>
    public static async Task<IReadOnlyDictionary<string, string>> AskAsync(SympaHost host, ListAddress list, string? scenario, CancellationToken token)
    {
        var (member, owner) = ((await host.PeopleAsync(list, "member", token)).Select(static one => one.Address).FirstOrDefault(), (await host.PeopleAsync(list, "owner", token)).Select(static one => one.Address).FirstOrDefault());
        (string Who, string? Address)[] authors = [("member", member), ("owner", owner), ("stranger", Stranger)];
        var asked = authors.Where(static one => one.Address is not null).ToList();
        var answers = await SympaPerl.RightsAsync(host, list, scenario ?? "", asked.Select(static one => one.Address!), token);
        return answers is null ? new Dictionary<string, string>(StringComparer.Ordinal) : asked.Zip(answers).ToDictionary(static one => one.First.Who, static one => one.Second, StringComparer.Ordinal);
    }

    /// <summary>Differences between the old list without its freeze and the new one.</summary>
    internal static async Task<IEnumerable<ReportException>> CompareAsync(SympaHost old, ListAddress from, SympaHost fresh, ListAddress to, CancellationToken token)
    {
        // a list that says nothing of 'send' follows its host; while it is frozen it says 'closed'
        var present = ListConfig.Parse(await old.ReadFileAsync($"{old.FolderOf(from)}/config", token)).Value("send");
        var scenario = (await ListFreeze.ConfigAsync(old, from, token)).Value("send") ?? (present is null ? null : SympaPerl.HostsOwn);
        var (before, after) = (await AskAsync(old, from, scenario, token), await AskAsync(fresh, to, null, token));
        return before.Where(one => after.TryGetValue(one.Key, out var now) && now != one.Value).Select(one => new ReportException(
            $"rights {one.Key}", TransferSide.Target, TransferFailureKind.Broken, TransferCode.ItemAltered, $"A post by a {one.Key} was '{one.Value}' at the old host and is '{after[one.Key]}' at the new one.", "Compare the scenario 'send' at both hosts with the list's owner.")).ToList();
    }
}

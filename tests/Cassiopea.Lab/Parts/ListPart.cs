using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Parts;

/// <summary>Two real Sympas: the old host's with two lists of a member, one of 2,000 people with an archive and a held post, and the new provider's, empty.</summary>
internal sealed class ListPart : IAsyncDisposable
{
    /// <summary>Robots, which are the hosts of the lists' ends too.</summary>
    public const string OldRobot = "lists.cassiopea.be";

    /// <inheritdoc cref="OldRobot"/>
    public const string NewRobot = "lists.nouvelhote.be";

    private const int Posts = 60;
    private readonly SympaServer _old;
    private readonly SympaServer _new;

    private ListPart(SympaServer old, SympaServer @new) => (_old, _new) = (old, @new);

    public Owned<LabList> Lists { get; } = new();

    public static async Task<ListPart> StartAsync(string folder, CancellationToken token)
    {
        var part = new ListPart(await SympaServer.StartAsync(OldRobot, token), await SympaServer.StartAsync(NewRobot, token));
        var (member, held) = (Associations.Large.Reference, Associations.LargeLists[0].Name);
        foreach (var (name, people) in Associations.LargeLists)
        {
            await part._old.AddListAsync(name, ListSeed.Config(OldRobot), ListSeed.Members(people), ListSeed.Owners, ListSeed.Editors, token);
            for (var i = 1; i <= Posts; i++)
                await part._old.ArchiveAsync(name, "2010-03", i, ListSeed.Post(i), token);
            part.Lists.Add(member, new LabList($"{name}@{OldRobot}", End(OldRobot, name), End(NewRobot, name), part._old.Root, part._new.Root, people, Posts, name == held ? 1 : 0));
        }

        // a host with a mail server: after the switch its alias lines lead to the new lists
        await File.WriteAllTextAsync($"{part._old.Root}/mail/aliases", string.Concat(Associations.LargeLists.Select(list => part._old.AliasLines(list.Name))), token);
        await part._old.KeepAliasesAsync(token);
        await part._old.StartDaemonsAsync("sympa_msg");
        await part._old.PostAsync(held, $"From: etranger@ailleurs.example\nTo: {held}@{OldRobot}\nSubject: =?utf-8?q?=C3=80_mod=C3=A9rer?=\nMessage-ID: <held@ailleurs.example>\nDate: Mon, 1 Mar 2010 10:00:00 +0100\n\nBonjour\n", token);
        await Eventually.TrueAsync("the post is held", () => Directory.EnumerateFiles($"{part._old.Root}/spool/moderation").Any(), TimeSpan.FromSeconds(60), token);
        foreach (var file in Directory.EnumerateFiles($"{part._old.Root}/captured")) File.Delete(file);

        var lines = part.Lists.Of(member).Select(list => $"{member};{list.Address};{OldRobot};22;none;{list.Address};;\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "lists.csv"), "member;list;host;port;tls;login;bytes;last_used\n" + string.Concat(lines), token);
        Link(Path.Combine(folder, "sympa-old"), part._old.Root);
        Link(Path.Combine(folder, "sympa-new"), part._new.Root);
        return part;
    }

    public async ValueTask DisposeAsync()
    {
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    // no secret is needed: the service runs Sympa's own command on this machine; what is stored is never read
    private static LabPlace End(string robot, string name) => new("sympa", robot, 22, "None", $"{name}@{robot}", "not used: same machine");

    private static void Link(string path, string target)
    {
        File.Delete(path);
        File.CreateSymbolicLink(path, target);
    }
}

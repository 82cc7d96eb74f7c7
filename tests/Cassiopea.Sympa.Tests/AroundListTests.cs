using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Tests;

/// <summary>What surrounds the people of a list: files, posts that wait, what becomes of posts, the old addresses.</summary>
[Trait("Category", "Servers")]
public sealed class AroundListTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "lists-21")]
    [Trait("Requirement", "lists-36")]
    [Trait("Requirement", "lists-8")]
    public async Task Templates_documents_and_filters_go_along_rewritten_follow_a_change_and_what_was_changed_at_the_new_list_stays()
    {
        await using var two = await TwoSympas.StartAsync(members: 6, posts: 1);
        await two.PutAsync("message_footer", "Se désinscrire : asso-infos-unsubscribe@lists.oldhost.test\nArchives : http://lists.oldhost.test/wws\n");
        await two.PutAsync("mail_tt2/welcome.tt2", "Bienvenue sur asso-infos@lists.oldhost.test\n");
        await two.PutAsync("shared/statuts.txt", "Statuts, écrits à asso-infos@lists.oldhost.test\n");
        await two.PutAsync("search_filters/blocklist.txt", "*@spam.example\nennemi@ailleurs.example\n");
        await two.PutAsync("mail_tt2/evil.tt2", "[% PERL %] system('x') [% END %]\n");
        var bundle = await two.ExportAsync();
        Assert.Equal(["*@spam.example", "ennemi@ailleurs.example"], bundle.Blocklist());
        Assert.True(File.Exists(Path.Combine(bundle.Shared, "statuts.txt")));
        Assert.True(File.Exists(Path.Combine(bundle.Templates, "mail_tt2", "welcome.tt2")));
        Assert.Contains(bundle.Manifest().Findings, static one => one is { Code: "template-code", File: "mail_tt2/evil.tt2", Line: 1 });
        Assert.Equal("moderated", bundle.List().Posting);
        Assert.Contains("sympa open", await File.ReadAllTextAsync(Path.Combine(bundle.Folder, "README.txt"), Token), StringComparison.Ordinal);

        var result = await two.ImportAsync(bundle);

        Assert.Equal(["message_footer:2"], result.Exceptions.Select(static one => one.Item));
        var folder = two.New.FolderOf(TwoSympas.To.Name);
        Assert.StartsWith("Se désinscrire : asso-infos-unsubscribe@lists.newhost.test\n", await File.ReadAllTextAsync($"{folder}/message_footer", Token), StringComparison.Ordinal);
        Assert.Equal("Bienvenue sur asso-infos@lists.newhost.test\n", await File.ReadAllTextAsync($"{folder}/mail_tt2/welcome.tt2", Token));
        Assert.Equal("Statuts, écrits à asso-infos@lists.oldhost.test\n", await File.ReadAllTextAsync($"{folder}/shared/statuts.txt", Token));
        var verified = await two.VerifyAsync(bundle);
        Assert.True(verified.Outcome == TransferOutcome.Complete, verified.ToJson());

        await two.PutAsync("shared/statuts.txt", "Statuts de 2024\n");
        await two.PutAsync("mail_tt2/welcome.tt2", "Bienvenue à tous\n");
        await File.WriteAllTextAsync($"{folder}/mail_tt2/welcome.tt2", "Bienvenue chez nous\n", Token);
        var delta = await two.ImportAsync(await two.ExportAsync());
        Assert.Equal(["shared/statuts.txt"], delta.Files);
        Assert.Equal("Statuts de 2024\n", await File.ReadAllTextAsync($"{folder}/shared/statuts.txt", Token));
        Assert.Equal("Bienvenue chez nous\n", await File.ReadAllTextAsync($"{folder}/mail_tt2/welcome.tt2", Token));
    }

    [Fact]
    [Trait("Requirement", "lists-13")]
    [Trait("Requirement", "lists-14")]
    [Trait("Requirement", "lists-15")]
    [Trait("Requirement", "lists-29")]
    public async Task What_waits_is_put_aside_by_the_freeze_handed_over_once_and_comes_back_when_the_switch_is_given_back()
    {
        await using var two = await TwoSympas.StartAsync(members: 6, posts: 1);
        await two.Old.StartDaemonsAsync("sympa_msg");
        await two.PostAsync(two.Old, "un", "etranger@ailleurs.example");
        await two.PostAsync(two.Old, "deux", "etranger@ailleurs.example");
        var spool = $"{two.Old.Root}/spool/moderation";
        await Eventually.TrueAsync("both are held", () => Directory.EnumerateFiles(spool).Count() == 2, TimeSpan.FromSeconds(120), Token);
        var digest = $"{two.Old.Root}/spool/digest/{TwoSympas.From}";
        await two.Source.SendSpoolAsync($"digest/{TwoSympas.From}", Directory.EnumerateFiles(spool).First(), "1268000000.123456,1268000000,42", Token);
        await two.Source.SendSpoolAsync("auth", Directory.EnumerateFiles(spool).First(), $"1268000000,{TwoSympas.From}_abcdef,nouveau@skynet.example,subscribe", Token);
        var there = $"{two.New.Root}/spool/moderation";

        var first = await two.ImportAsync(await two.ExportAsync());
        Assert.Equal(2, first.Held.Count);
        Assert.Empty(first.Digest); // the old host still sends it
        Assert.Equal("pending-requests", Assert.Single(first.Exceptions).Item);
        File.Delete(Directory.EnumerateFiles(spool).Order(StringComparer.Ordinal).First()); // a moderator decided one at the old list
        await two.ImportAsync(await two.ExportAsync());
        Assert.Single(Directory.EnumerateFiles(there));

        await ListFreeze.FreezeAsync(two.Source, TwoSympas.From, Token);
        await ListFreeze.FreezeAsync(two.Source, TwoSympas.From, Token);
        Assert.Empty(Directory.EnumerateFiles(spool));
        Assert.Empty(Directory.EnumerateFileSystemEntries(digest));
        var bundle = await two.ExportAsync();
        var last = await two.ImportAsync(bundle);
        Assert.Empty(last.Held);
        Assert.Equal(["1268000000.123456,1268000000,42"], last.Digest);
        Assert.Single(Directory.EnumerateFiles(there));
        Assert.Single(Directory.EnumerateFiles($"{two.New.Root}/spool/digest/{TwoSympas.To}"));
        Assert.DoesNotContain((await two.VerifyAsync(bundle)).Exceptions, static one => one.Item.StartsWith("config", StringComparison.Ordinal) || one.Item.StartsWith("rights", StringComparison.Ordinal));

        await ListFreeze.UnfreezeAsync(two.Source, TwoSympas.From, Token);
        Assert.Single(Directory.EnumerateFiles(spool));
        Assert.Single(Directory.EnumerateFiles(digest));
        await two.ImportAsync(await two.ExportAsync());
        Assert.Empty(Directory.EnumerateFiles($"{two.New.Root}/spool/digest/{TwoSympas.To}")); // the old list sends it after all
        Assert.Empty(two.New.Sent);
    }

    [Fact]
    [Trait("Requirement", "lists-28")]
    [Trait("Requirement", "lists-10")]
    public async Task What_becomes_of_posts_by_a_member_an_owner_and_a_stranger_is_asked_without_a_post_and_is_what_really_becomes_of_them()
    {
        await using var two = await TwoSympas.StartAsync(members: 2, posts: 0);
        await two.ImportAsync(await two.ExportAsync());
        var (before, after) = (await ListRights.AskAsync(two.Source, TwoSympas.From, null, Token), await ListRights.AskAsync(two.Target, TwoSympas.To, null, Token));
        Assert.Equal(["member", "owner", "stranger"], before.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(before.OrderBy(static one => one.Key), after.OrderBy(static one => one.Key));
        Assert.StartsWith("editorkey", before["stranger"], StringComparison.Ordinal);
        Assert.Empty(two.New.Sent);

        // the same three as real posts, caught by the sink: each waits for the moderators, no subscriber gets one
        await two.New.StartDaemonsAsync("sympa_msg");
        const string owner = "president@asbl.example";
        foreach (var (id, author) in ((string, string)[])[("membre", "membre00000@skynet.example"), ("patronne", owner), ("inconnu", "etranger@ailleurs.example")]) await two.PostAsync(two.New, id, author);
        await TwoSympas.HandledAsync(two.New);
        Assert.Equal(before.Values.Count(static one => one.StartsWith("editorkey", StringComparison.Ordinal)), Directory.EnumerateFiles($"{two.New.Root}/spool/moderation").Count());
        Assert.DoesNotContain(two.New.Sent, static envelope => envelope.Contains("membre00001@skynet.example", StringComparison.Ordinal));

        // another rule at the new host is found
        await File.WriteAllTextAsync($"{two.New.FolderOf(TwoSympas.To.Name)}/config", (await File.ReadAllTextAsync($"{two.New.FolderOf(TwoSympas.To.Name)}/config", Token)).Replace("send editorkey", "send public", StringComparison.Ordinal), Token);
        Assert.Contains((await two.VerifyAsync(await two.ExportAsync())).Exceptions, static one => one.Item == "rights stranger");
    }

    [Fact]
    [Trait("Requirement", "lists-19")]
    [Trait("Requirement", "lists-20")]
    [Trait("Requirement", "lists-29")]
    public async Task The_old_addresses_lead_to_the_new_list_a_member_is_told_in_the_lists_language_and_nothing_turns_in_a_circle()
    {
        await using var two = await TwoSympas.StartAsync(members: 2, posts: 0);
        const string other = "autre: \"|/usr/lib/sympa/bin/queue autre@lists.oldhost.test\"";
        var aliases = string.Join('\n', ((string[])["", "-request", "-editor", "-subscribe", "-unsubscribe"]).Select(static suffix => $"asso-infos{suffix}: \"|/usr/lib/sympa/bin/queue asso-infos{suffix}@lists.oldhost.test\""))
            + "\nasso-infos-owner: \"|/usr/lib/sympa/bin/bouncequeue asso-infos@lists.oldhost.test\"\n" + other + "\n";
        await File.WriteAllTextAsync($"{two.Old.Root}/mail/aliases", aliases, Token);
        await two.Old.KeepAliasesAsync(Token);
        var source = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Source, SympaServer.Account), two.Old.Configuration, two.Old.Library, Token);
        await two.ImportAsync(await two.ExportAsync());

        var early = await Assert.ThrowsAsync<TransferException>(() => ListForward.ForwardAsync(source, TwoSympas.From, TwoSympas.To, Token));
        Assert.Contains("not frozen", early.Message, StringComparison.Ordinal);
        var before = await File.ReadAllBytesAsync($"{two.Old.FolderOf(TwoSympas.From.Name)}/config", Token);
        await ListFreeze.FreezeAsync(source, TwoSympas.From, Token);
        Assert.Contains("circle", (await Assert.ThrowsAsync<TransferException>(() => ListForward.ForwardAsync(source, TwoSympas.From, TwoSympas.From, Token))).Message, StringComparison.Ordinal);

        await ListForward.ForwardAsync(source, TwoSympas.From, TwoSympas.To, Token);
        await ListForward.ForwardAsync(source, TwoSympas.From, TwoSympas.To, Token);

        var lines = (await File.ReadAllTextAsync($"{two.Old.Root}/mail/aliases", Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("asso-infos: asso-infos@lists.newhost.test, \"|/usr/lib/sympa/bin/queue asso-infos@lists.oldhost.test\"", lines[0]);
        foreach (var (suffix, line) in ((string[])["-request", "-editor", "-subscribe", "-unsubscribe", "-owner"]).Zip(lines.Skip(1))) Assert.Equal($"asso-infos{suffix}: asso-infos{suffix}@lists.newhost.test", line);
        Assert.Equal(other, lines[^1]);

        // what the alias hands to the old list: a member is answered, nobody and nothing else
        await two.Old.StartDaemonsAsync("sympa_msg");
        await two.PostAsync(two.Old, "membre", "membre00001@skynet.example");
        await two.PostAsync(two.Old, "inconnu", "etranger@ailleurs.example");
        await two.PostAsync(two.Old, "absent", "membre00000@skynet.example", "Auto-Submitted: auto-replied\n");
        await two.PostAsync(two.Old, "nouvelle-liste", "membre00000@skynet.example", "List-Id: <asso-infos.lists.newhost.test>\n");
        await TwoSympas.HandledAsync(two.Old);
        await two.Old.StartDaemonsAsync("bulk");
        await Eventually.TrueAsync("the member is told", () => two.Old.Sent.Count > 0, TimeSpan.FromSeconds(120), Token);
        Assert.Contains("membre00001@skynet.example", Assert.Single(two.Old.Sent), StringComparison.Ordinal);
        var notice = await File.ReadAllTextAsync(Directory.EnumerateFiles($"{two.Old.Root}/captured", "*.eml").Single(), Token);
        Assert.Contains("Auto-Submitted: auto-replied", notice, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("asso-infos@lists.newhost.test", notice, StringComparison.Ordinal);
        Assert.Contains("automatique", notice, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles($"{two.Old.Root}/spool/moderation"));

        await ListFreeze.UnfreezeAsync(source, TwoSympas.From, Token);
        Assert.Equal(aliases, await File.ReadAllTextAsync($"{two.Old.Root}/mail/aliases", Token));
        Assert.Equal(before, await File.ReadAllBytesAsync($"{two.Old.FolderOf(TwoSympas.From.Name)}/config", Token));
    }

    [Fact]
    [Trait("Requirement", "lists-26")]
    public async Task Only_what_was_asked_for_leaves()
    {
        await using var two = await TwoSympas.StartAsync(members: 4, posts: 3);
        await two.PutAsync("shared/secret.txt", "pas pour l'hébergeur\n");
        var bundle = await two.ExportAsync(new ListScope(Archive: false, Held: false, Files: false, Recipient: "Domaine Public"));
        Assert.Equal("Domaine Public", bundle.Manifest().Recipient);
        Assert.Empty(ListArchive.Posts(bundle));
        Assert.DoesNotContain(Directory.EnumerateFiles(bundle.Folder, "*", SearchOption.AllDirectories), static file => file.EndsWith("secret.txt", StringComparison.Ordinal));
        Assert.Equal(4, bundle.People("member").Count);
        Assert.Empty((await two.ImportAsync(bundle)).Exceptions);
    }

    [Fact]
    [Trait("Requirement", "lists-33")]
    [Trait("Requirement", "lists-1")]
    public async Task A_closed_list_stays_closed_and_keeps_its_people_and_its_archive()
    {
        await using var two = await TwoSympas.StartAsync(members: 4, posts: 3);
        await two.Old.RunAsync(Token, "close", TwoSympas.From.ToString());
        Assert.Equal("closed", Assert.Single(await two.Source.ListsAsync(TwoSympas.From.Robot, Token)).Status);
        var bundle = await two.ExportAsync();
        await two.ImportAsync(bundle);
        Assert.Equal("closed", Assert.Single(await two.Target.ListsAsync(TwoSympas.To.Robot, Token)).Status);
        Assert.Empty(await ListArchive.MissingAsync(bundle, two.Target, TwoSympas.To, Token));
        Assert.Equal(4, (await two.Target.PeopleAsync(TwoSympas.To, "member", Token)).Count);
        Assert.Empty(two.New.Sent);
    }

    [Fact]
    [Trait("Requirement", "lists-32")]
    public async Task An_older_Sympa_that_does_not_know_a_setting_is_refused()
    {
        await using var two = await TwoSympas.StartAsync(members: 1, posts: 0);
        await two.PutAsync("config", await File.ReadAllTextAsync($"{two.Old.FolderOf(TwoSympas.From.Name)}/config", Token) + "\nfuture_setting on\n\n");
        var bundle = await two.ExportAsync();
        var manifest = Path.Combine(bundle.Folder, "manifest.json");
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest, Token)).Replace($"Sympa {two.Source.Layout.Version}", "Sympa 99.0", StringComparison.Ordinal), Token);
        await bundle.SealAsync(Token);
        var refused = await Assert.ThrowsAsync<TransferException>(() => two.ImportAsync(bundle));
        Assert.Contains("future_setting", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("custom_subject", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(two.New.FolderOf(TwoSympas.To.Name)));
    }
}

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
        var aliases = two.Old.AliasLines("asso-infos") + other + "\n";
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
    [Trait("Requirement", "lists-19")]
    [Trait("Requirement", "lists-20")]
    public async Task Where_no_old_address_leads_to_the_new_list_nobody_is_told_that_a_post_was_passed_on_and_the_report_names_each_address()
    {
        await using var two = await TwoSympas.StartAsync(members: 2, posts: 0);
        await two.ImportAsync(await two.ExportAsync());
        await ListFreeze.FreezeAsync(two.Source, TwoSympas.From, Token);
        var none = await ListForward.ForwardAsync(two.Source, TwoSympas.From, TwoSympas.To, Token);
        Assert.Equal((TransferSide.Source, TransferCode.NotExpressible), (none!.Side, none.Code));
        foreach (var suffix in (string[])["", "-request", "-editor", "-subscribe", "-unsubscribe", "-owner"]) Assert.Contains($"asso-infos{suffix}@lists.oldhost.test", none.Text, StringComparison.Ordinal);

        // a file that has no line of it is no better
        await File.WriteAllTextAsync($"{two.Old.Root}/mail/aliases", two.Old.AliasLines("autre"), Token);
        await two.Old.KeepAliasesAsync(Token);
        var source = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Source, SympaServer.Account), two.Old.Configuration, two.Old.Library, Token);
        Assert.Contains("has no line of", (await ListForward.ForwardAsync(source, TwoSympas.From, TwoSympas.To, Token))!.Text, StringComparison.Ordinal);

        await two.Old.StartDaemonsAsync("sympa_msg");
        await two.PostAsync(two.Old, "membre", "membre00001@skynet.example");
        await two.PostAsync(two.Old, "inconnu", "etranger@ailleurs.example");
        await two.PostAsync(two.Old, "absent", "membre00000@skynet.example", "Auto-Submitted: auto-replied\n");
        await TwoSympas.HandledAsync(two.Old);
        await two.Old.StartDaemonsAsync("bulk");
        await Eventually.TrueAsync("both are told", () => two.Old.Sent.Count == 2, TimeSpan.FromSeconds(120), Token);
        foreach (var notice in Directory.EnumerateFiles($"{two.Old.Root}/captured", "*.eml").Select(static file => TwoSympas.Readable(File.ReadAllText(file))))
        {
            Assert.DoesNotContain("a été transmis", notice, StringComparison.Ordinal);
            Assert.Contains("renvoyez-le", notice, StringComparison.Ordinal);
        }

        // once somebody leads it, the notice says so
        await File.WriteAllTextAsync($"{two.Old.Root}/mail/aliases", two.Old.AliasLines("asso-infos"), Token);
        await two.Old.KeepAliasesAsync(Token);
        Assert.Null(await ListForward.ForwardAsync(source, TwoSympas.From, TwoSympas.To, Token));
        Assert.Contains("a été transmis", await File.ReadAllTextAsync($"{two.Old.FolderOf("asso-infos")}/mail_tt2/cassiopea_moved.tt2", Token), StringComparison.Ordinal);
        await ListFreeze.UnfreezeAsync(source, TwoSympas.From, Token);
        Assert.Equal(two.Old.AliasLines("asso-infos"), await File.ReadAllTextAsync($"{two.Old.Root}/mail/aliases", Token));
    }

    [Fact]
    [Trait("Requirement", "lists-19")]
    public async Task The_alias_file_loses_nothing_that_others_write_while_lists_are_forwarded()
    {
        await using var two = await TwoSympas.StartAsync(members: 1, posts: 0);
        var folder = $"{two.Old.Root}/mail";
        const int lists = 4, others = 60;
        List<Cassiopea.Sympa.Format.ListAddress> moved = [];
        for (var i = 0; i < lists; i++)
        {
            moved.Add(new($"liste{i}", two.Old.Robot));
            await two.Old.AddListAsync(moved[i].Name, "subject Liste\n\nsend private\n\n", "email zoe@skynet.example\n\n", "email chef@asbl.example\nprofile privileged\n\n", token: Token);
        }

        // a line in the encoding of another time
        await File.WriteAllBytesAsync($"{folder}/aliases", [.. System.Text.Encoding.Latin1.GetBytes("# géré à la main\n"), .. System.Text.Encoding.ASCII.GetBytes(string.Concat(moved.Select(one => two.Old.AliasLines(one.Name))))], Token);
        await two.Old.KeepAliasesAsync(Token);
        var source = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Source, SympaServer.Account), two.Old.Configuration, two.Old.Library, Token);
        foreach (var one in moved) await ListFreeze.FreezeAsync(source, one, Token);

        // Sympa's own way of adding lines: its lock, then the end of the file
        var adding = ChildProcess.RunAsync(new ChildProgram("/usr/bin/perl", "-I/usr/share/sympa/lib", "-e",
            $"use Sympa::LockedFile; for my $i (1..{others}) {{ my $f = Sympa::LockedFile->new('{folder}/aliases', 60, '+>>') or die $!; print $f \"autre$i: root\\n\"; $f->close; select(undef, undef, undef, 0.02) }}")
        {
            User = SympaServer.Account,
        }, Token);
        await Task.WhenAll(moved.Select(one => ListForward.ForwardAsync(source, one, new(one.Name, two.New.Robot), Token)));
        await adding;

        var text = await File.ReadAllTextAsync($"{folder}/aliases", System.Text.Encoding.Latin1, Token);
        Assert.StartsWith("# géré à la main\n", text, StringComparison.Ordinal);
        Assert.Equal(others, text.Split('\n').Count(static line => line.StartsWith("autre", StringComparison.Ordinal)));
        foreach (var one in moved) Assert.Contains($"{one.Name}: {one.Name}@{two.New.Robot}, ", text, StringComparison.Ordinal);
        Assert.Equal(lists * 6 + others + 1, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(["aliases"], Directory.EnumerateFiles(folder).Select(Path.GetFileName).Where(static name => name!.StartsWith("aliases", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("send closed\n\n")]
    [InlineData("")]
    [InlineData("send closed\n\nsubscribe closed\n\nunsubscribe closed\n\n")]
    [Trait("Requirement", "lists-12")]
    [Trait("Requirement", "lists-29")]
    public async Task What_was_closed_or_not_said_before_the_freeze_is_so_again_after_it(string rules)
    {
        await using var two = await TwoSympas.StartAsync(members: 1, posts: 0);
        var list = new Cassiopea.Sympa.Format.ListAddress("bulletin", two.Old.Robot);
        await two.Old.AddListAsync(list.Name, "subject Bulletin\n\nlang fr\n\n" + rules, "email zoe@skynet.example\n\n", "email chef@asbl.example\nprofile privileged\n\n", token: Token);
        var (config, spool) = ($"{two.Old.FolderOf(list.Name)}/config", $"{two.Old.Root}/spool/moderation");
        var before = await File.ReadAllBytesAsync(config, Token);
        await two.Source.SendSpoolAsync("moderation", config, $"{list}_abcdef", Token);

        await ListFreeze.FreezeAsync(two.Source, list, Token);
        Assert.Empty(Directory.EnumerateFiles(spool));
        Assert.Equal("closed", (await ReadAsync(config)).Value("send"));
        await ListFreeze.FreezeAsync(two.Source, list, Token);

        // given back and comparing know the list's own rules, whatever they are
        var bundle = $"{two.Old.Root}/bundle-{Guid.NewGuid():N}";
        await new ListExport(TimeProvider.System).RunAsync(two.Source, list, bundle, ListScope.All, Token);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(new Cassiopea.Sympa.Bundle.ListBundle(bundle).Raw, "config"), Token));
        await ListForward.ForwardAsync(two.Source, list, new(list.Name, two.New.Robot), Token);
        await ListFreeze.UnfreezeAsync(two.Source, list, Token);
        Assert.Equal(before, await File.ReadAllBytesAsync(config, Token));
        Assert.Single(Directory.EnumerateFiles(spool));
    }

    private static async Task<Cassiopea.Sympa.Format.ListConfig> ReadAsync(string config) => Cassiopea.Sympa.Format.ListConfig.Parse(await File.ReadAllBytesAsync(config, Token));

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

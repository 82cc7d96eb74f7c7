using System.Text;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Sympa.Mailman;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Tests;

/// <summary>A list that moves from a real Sympa to a real Mailman 3: everyone, what Mailman can keep of them, and each loss counted.</summary>
[Trait("Category", "Servers")]
public sealed class MailmanTests
{
    private static readonly ListAddress New = new("asso-infos", "lists.mailman.test");
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "lists-5")]
    [Trait("Requirement", "lists-6")]
    [Trait("Requirement", "lists-7")]
    [Trait("Requirement", "lists-8")]
    [Trait("Requirement", "lists-10")]
    [Trait("Requirement", "lists-16")]
    public async Task A_list_arrives_with_everyone_its_losses_counted_its_archive_as_mbox_and_no_mail_made()
    {
        await using var two = await TwoSympas.StartAsync(members: 24, posts: 6);
        await using var mailman = await MailmanServer.StartAsync(Token);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        var rest = new MailmanRest(http, mailman.Rest, MailmanServer.User, mailman.Password);
        await two.PutAsync("search_filters/blocklist.txt", "*@spam.example\n");
        await two.Old.SqlAsync($"insert into exclusion_table (list_exclusion, robot_exclusion, family_exclusion, user_exclusion, date_exclusion) values ('{TwoSympas.From.Name}','{TwoSympas.From.Robot}','','membre00001@skynet.example',1)", Token);
        var journal = LabRoot.NewFolder("journal");
        var bundle = await two.ExportAsync();
        var import = new MailmanImport(TimeProvider.System);

        var plan = await import.RunAsync(bundle, rest, New, journal, new() { DryRun = true }, Token);
        Assert.False(await rest.HasAsync(New, Token));
        Assert.Equal(23, plan.People["member"].Added.Count);
        Assert.Equal(["membre00001@skynet.example"], plan.People["member"].KeptOut);

        var result = await import.RunAsync(bundle, rest, New, journal, new(), Token);

        Assert.Equal(["archive", "bounce", "date", "profile", "reception", "suspend"], result.Exceptions.Select(static one => one.Item).Order(StringComparer.Ordinal));
        Assert.Contains("4 members", result.Exceptions.Single(static one => one.Item == "reception").Text, StringComparison.Ordinal);
        Assert.True(result.Counts.AddUp, result.Counts.ToString());
        Assert.Equal((6L, 23L + 2 + 1), (result.Counts.Refused, result.Counts.Copied)); // the archive lies in a file: nobody says that it arrived
        var verified = await import.VerifyAsync(bundle, rest, New, journal, Token);
        Assert.Equal("archive", Assert.Single(verified.Exceptions).Item);
        Assert.Contains("6 posts", verified.Exceptions[0].Text, StringComparison.Ordinal);
        var people = await rest.PeopleAsync(New, "member", Token);
        Assert.Equal(23, people.Count);
        Assert.Equal(("Zoé Peeters", "regular", "enabled", true), people.Single(static one => one.Email.StartsWith("membre00000@", StringComparison.Ordinal)) is var zoe ? (zoe.Name, zoe.Mode, zoe.Status, zoe.Hidden) : default);
        Assert.Equal("mime_digests", people.Single(static one => one.Email.StartsWith("membre00003@", StringComparison.Ordinal)).Mode);
        Assert.Equal(["^.*@spam\\.example$"], await rest.BansAsync(New, Token));
        Assert.Equal(2, (await rest.PeopleAsync(New, "owner", Token)).Count);
        Assert.Single(await rest.PeopleAsync(New, "moderator", Token));
        var config = await rest.ConfigAsync(New, Token);
        Assert.Equal(("private", "False", "asso-infos@lists.oldhost.test"), (config.GetProperty("archive_policy").GetString(), config.GetProperty("emergency").ToString(), config.GetProperty("acceptable_aliases")[0].GetString()));
        var mbox = await File.ReadAllTextAsync(Path.Combine(journal, "archive.mbox"), Token);
        Assert.Equal(6, mbox.Split('\n').Count(static line => line.StartsWith("From ", StringComparison.Ordinal)));

        var again = await import.RunAsync(await two.ExportAsync(), rest, New, journal, new(), Token);
        Assert.True(again.ChangedNothing);

        await two.Old.SqlAsync($"delete from subscriber_table where list_subscriber='{TwoSympas.From.Name}' and user_subscriber='membre00005@skynet.example'", Token);
        await two.Old.SqlAsync($"update subscriber_table set reception_subscriber='nomail' where list_subscriber='{TwoSympas.From.Name}' and user_subscriber='membre00006@skynet.example'", Token);
        await rest.RemoveAsync(people.Single(static one => one.Email.StartsWith("membre00008@", StringComparison.Ordinal)).Id, Token);
        var delta = await import.RunAsync(await two.ExportAsync(), rest, New, journal, new(), Token);
        Assert.Equal(("membre00005@skynet.example", "membre00006@skynet.example", true), (delta.People["member"].Removed.Single(), delta.People["member"].Changed.Single(), delta.People["member"].KeptOut.Contains("membre00008@skynet.example")));
        people = await rest.PeopleAsync(New, "member", Token);
        Assert.Equal(21, people.Count);
        Assert.Equal("by_moderator", people.Single(static one => one.Email.StartsWith("membre00006@", StringComparison.Ordinal)).Status);
        Assert.Empty(mailman.Queued);

        var stranger = await Assert.ThrowsAsync<TransferException>(() => import.RunAsync(bundle, rest, New, LabRoot.NewFolder("other"), new(), Token));
        Assert.Contains("--adopt", stranger.Message, StringComparison.Ordinal);
        var wrong = new MailmanRest(http, mailman.Rest, MailmanServer.User, "wrong-password");
        var refused = await Assert.ThrowsAsync<TransferException>(() => wrong.VersionAsync(Token));
        Assert.Equal(TransferCode.AuthenticationFailed, refused.Code);
        Assert.DoesNotContain("wrong-password", refused.Message, StringComparison.Ordinal);
    }
}

/// <summary>Posts that wait for a moderator, at a Mailman whose incoming runner works.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "lists-13")]
public sealed class MailmanHeldTests
{
    private static readonly ListAddress New = new("asso-infos", "lists.mailman.test");
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Held_posts_are_held_at_the_new_list_each_once_and_what_cannot_be_handed_over_is_named_post_by_post()
    {
        await using var two = await TwoSympas.StartAsync(members: 3, posts: 0);
        await using var mailman = await MailmanServer.StartAsync(Token);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler);
        var rest = new MailmanRest(http, mailman.Rest, MailmanServer.User, mailman.Password);
        async Task HoldAsync(string key, string post, Encoding encoding)
        {
            var file = Path.Combine(LabRoot.NewFolder("held"), key);
            await File.WriteAllTextAsync(file, post, encoding, Token);
            await two.Source.SendSpoolAsync("moderation", file, $"{TwoSympas.From}_{key}", Token);
        }

        // by a member, whose post the rules of the new list would let through; by a stranger; and three that cannot go
        var utf8 = new UTF8Encoding(false);
        await HoldAsync("aa", "From: membre00000@skynet.example\nTo: asso-infos@lists.oldhost.test\nSubject: Du membre\nMessage-ID: <un@x.example>\n\nÀ samedi\n", utf8);
        await HoldAsync("bb", "From: etranger@ailleurs.example\nTo: asso-infos@lists.oldhost.test\nSubject: De loin\nMessage-ID:\n <deux@x.example>\n\nBonjour\n", utf8);
        await HoldAsync("cc", "From: etranger@ailleurs.example\nSubject: Sans numéro\n\nBonjour\n", utf8);
        await HoldAsync("dd", "From: etranger@ailleurs.example\nSubject: Latin\nMessage-ID: <trois@x.example>\n\nÀ samedi\n", Encoding.Latin1);
        await two.Source.SendSpoolAsync($"digest/{TwoSympas.From}", Directory.EnumerateFiles($"{two.Old.Root}/spool/moderation").Order(StringComparer.Ordinal).First(), "1268000000.123456,1268000000,42", Token);
        await ListFreeze.FreezeAsync(two.Source, TwoSympas.From, Token);
        var (bundle, journal) = (await two.ExportAsync(), LabRoot.NewFolder("journal"));

        await using (await mailman.HandlePostsAsync())
        {
            var result = await new MailmanImport(TimeProvider.System).RunAsync(bundle, rest, New, journal, new(), Token);
            Assert.Equal([$"{TwoSympas.From}_aa", $"{TwoSympas.From}_bb"], result.Held.Order(StringComparer.Ordinal));
            Assert.Equal(["un@x.example", "deux@x.example"], (await rest.HeldAsync(New, Token)).OrderBy(static one => int.Parse(one.Value, System.Globalization.CultureInfo.InvariantCulture)).Select(static one => one.Key).OrderDescending(StringComparer.Ordinal));
            Assert.Equal([$"digest 1268000000.123456,1268000000,42", $"held {TwoSympas.From}_cc", $"held {TwoSympas.From}_dd"], result.Exceptions.Select(static one => one.Item).Where(static one => one.StartsWith("held ", StringComparison.Ordinal) || one.StartsWith("digest ", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            Assert.Contains("<trois@x.example>", result.Exceptions.Single(static one => one.Item.EndsWith("_dd", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
            Assert.True(result.Counts.AddUp, result.Counts.ToString());
            Assert.Equal(3, result.Counts.Refused);
            var config = await rest.ConfigAsync(New, Token);
            Assert.Equal(("False", "munge_from", "True"), (config.GetProperty("emergency").ToString(), config.GetProperty("dmarc_mitigate_action").GetString(), config.GetProperty("respond_to_post_requests").ToString()));
            Assert.Empty(mailman.Queued); // nobody was written to

            await new MailmanImport(TimeProvider.System).RunAsync(bundle, rest, New, journal, new(), Token);
            Assert.Equal(2, (await rest.HeldAsync(New, Token)).Count);

            // decided at the old list after all
            File.Delete($"{two.Old.FolderOf(TwoSympas.From.Name)}/spool.before-freeze/moderation/{TwoSympas.From}_bb");
            await new MailmanImport(TimeProvider.System).RunAsync(await two.ExportAsync(), rest, New, journal, new(), Token);
            Assert.Equal("un@x.example", Assert.Single(await rest.HeldAsync(New, Token)).Key);
            Assert.Empty(mailman.Queued);
        }
    }
}

/// <summary>The parts of it that need no server.</summary>
public sealed class MboxTests
{
    [Fact]
    [Trait("Requirement", "lists-17")]
    public void Raw_headers_become_encoded_words_bodies_stay_and_lines_that_look_like_separators_are_marked()
    {
        var entry = Encoding.UTF8.GetString(Mbox.Entry(Encoding.Latin1.GetBytes("From: Zoé <zoe@skynet.example>\r\nSubject: Fête numéro 3\r\n\r\nÀ samedi\nFrom ici\n")));
        var lines = entry.Split('\n');
        Assert.StartsWith("From MAILER-DAEMON ", lines[0], StringComparison.Ordinal);
        Assert.Equal("From: =?utf-8?B?Wm/DqQ==?= <zoe@skynet.example>", lines[1]);
        Assert.Equal("Subject: =?utf-8?B?RsOqdGU=?= =?utf-8?B?IG51bcOpcm8=?= 3", lines[2]);
        Assert.Equal(">From ici", lines[5]);
    }

    [Theory]
    [Trait("Requirement", "lists-16")]
    [InlineData("notice", "mail")]
    [InlineData("digestplain", "digestplain")]
    [InlineData("not_me", "not_me")]
    [InlineData("html", "mail")]
    public void A_way_of_receiving_that_Mailman_does_not_know_becomes_whole_posts(string before, string after) =>
        Assert.Equal(after, MailmanTerms.Of(new DumpEntry([("email", "Zoe@skynet.example"), ("reception", before)]), "member")["reception"]);

    [Fact]
    [Trait("Requirement", "lists-23")]
    public void Included_lists_move_first_and_a_circle_is_told()
    {
        ListAddress A(string name) => new(name, "x.test");
        var (order, circles) = ListOrder.Of(new Dictionary<ListAddress, IReadOnlyList<ListAddress>> { [A("all")] = [A("board"), A("team")], [A("team")] = [A("board")], [A("board")] = [], [A("one")] = [A("two")], [A("two")] = [A("one")] });
        Assert.Equal([A("board"), A("team"), A("all")], order);
        Assert.Equal([A("one"), A("two")], circles);
    }

    [Fact]
    [Trait("Requirement", "lists-22")]
    public void Sources_of_people_are_told_without_their_passwords()
    {
        var list = Bundle.BundleList.Of(new("infos", "x.test"), ListConfig.Parse("subject Infos\n\ninclude_sql_query\ndb_type MySQL\nhost sql.x.test\nuser reader\npasswd s3cret\nsql_query select mail from people\n\ninclude_remote_file\nurl https://u:s3cret@x.test/people\n\ninclude_sympa_list\nname team\nlistname team\n\n"u8));
        Assert.Equal(["include_sympa_list", "include_sql_query", "include_remote_file"], list.Includes.Select(static one => one.Kind));
        Assert.DoesNotContain(list.Includes.SelectMany(static one => one.Lines), static line => line.Contains("s3cret", StringComparison.Ordinal));
        Assert.Equal(["team@x.test"], list.IncludesLists);
    }
}

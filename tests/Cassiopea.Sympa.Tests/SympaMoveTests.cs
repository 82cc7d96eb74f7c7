using System.Security.Cryptography;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Tests;

/// <summary>From one real Sympa to another.</summary>
[Trait("Category", "Servers")]
public sealed class SympaMoveTests
{
    private static readonly ListAddress Old = new("asso-infos", "lists.oldhost.test");
    private static readonly ListAddress New = new("asso-infos", "lists.newhost.test");
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "lists-4")]
    [Trait("Requirement", "lists-10")]
    [Trait("Requirement", "lists-13")]
    [Trait("Requirement", "lists-17")]
    public async Task A_list_arrives_with_everyone_every_field_and_every_archived_octet_and_nobody_gets_mail()
    {
        await using var two = await TwoSympas.StartAsync(members: 300, posts: 25);
        await two.Old.StartDaemonsAsync("sympa_msg");
        await two.Old.PostAsync(Old.Name, "From: etranger@ailleurs.example\nTo: asso-infos@lists.oldhost.test\nSubject: à modérer\nMessage-ID: <held@ailleurs.example>\nDate: Mon, 1 Mar 2010 10:00:00 +0100\n\nBonjour\n", Token);
        await Eventually.TrueAsync("the post is held", () => Directory.EnumerateFiles($"{two.Old.Root}/spool/moderation").Any(), TimeSpan.FromSeconds(60), Token);

        var bundle = await two.ExportAsync();
        var result = await two.ImportAsync(bundle);

        Assert.Empty(result.Exceptions);
        Assert.True(result.Counts.AddUp, result.Counts.ToString());
        Assert.Equal(300, result.People["member"].Added.Count);
        Assert.Equal(25, result.Archive.Count);
        Assert.Single(result.Held);
        var verified = await two.VerifyAsync(bundle);
        Assert.True(verified.Outcome == TransferOutcome.Complete, verified.ToJson());
        Assert.Empty(two.New.Sent);

        // read again by nothing of ours
        await two.Old.RunAsync(Token, "dump", "--roles=member,owner,editor", Old.ToString());
        await two.New.RunAsync(Token, "dump", "--roles=member,owner,editor", New.ToString());
        foreach (var role in (string[])["member", "owner", "editor"])
            Assert.Equal(Plain($"{two.Old.FolderOf(Old.Name)}/{role}.dump"), Plain($"{two.New.FolderOf(New.Name)}/{role}.dump"));
        Assert.Equal(Hashes(two.Old.ArchiveOf(Old.Name)), Hashes(two.New.ArchiveOf(New.Name)));
        Assert.Equal(
            Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Directory.EnumerateFiles($"{two.Old.Root}/spool/moderation").Single(), Token))),
            Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Directory.EnumerateFiles($"{two.New.Root}/spool/moderation").Single(), Token))));
    }

    [Fact]
    [Trait("Requirement", "lists-6")]
    [Trait("Requirement", "lists-8")]
    public async Task Killed_after_the_new_list_was_made_and_before_it_was_remembered_what_its_owner_changes_later_stays()
    {
        await using var two = await TwoSympas.StartAsync(members: 3, posts: 0);
        await two.PutAsync("message_footer", "Pied de page\n");
        await two.ImportAsync(await two.ExportAsync());
        // as the journal was at that moment: begun, and nothing of its files
        var journal = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync($"{two.Journal}/import.json", Token))!.AsObject();
        Assert.True((bool)journal["Begun"]!);
        Assert.NotEmpty(journal["Files"]!.AsObject());
        journal.Remove("Files");
        journal["Filled"] = false;
        await File.WriteAllTextAsync($"{two.Journal}/import.json", journal.ToJsonString(), Token);

        await two.ImportAsync(await two.ExportAsync());
        await File.WriteAllTextAsync($"{two.New.FolderOf(New.Name)}/message_footer", "Pied de chez nous\n", Token);
        Assert.Empty((await two.ImportAsync(await two.ExportAsync())).Files);
        Assert.Equal("Pied de chez nous\n", await File.ReadAllTextAsync($"{two.New.FolderOf(New.Name)}/message_footer", Token));
        Assert.Equal(3, (await two.Target.PeopleAsync(New, "member", Token)).Count);
    }

    [Fact]
    [Trait("Requirement", "lists-6")]
    public async Task A_second_run_changes_nothing()
    {
        await using var two = await TwoSympas.StartAsync(members: 20, posts: 3);
        await two.ImportAsync(await two.ExportAsync());
        var before = Hashes(two.New.Root + "/arc");

        var again = await two.ImportAsync(await two.ExportAsync());

        Assert.True(again.ChangedNothing);
        Assert.Equal(again.Counts.Source, again.Counts.AlreadyThere);
        Assert.Equal(before, Hashes(two.New.Root + "/arc"));
    }

    [Fact]
    [Trait("Requirement", "lists-7")]
    [Trait("Requirement", "lists-8")]
    public async Task What_changed_at_the_old_list_follows_and_who_left_the_new_one_is_not_subscribed_again()
    {
        await using var two = await TwoSympas.StartAsync(members: 30, posts: 3);
        await two.Old.SqlAsync($"insert into exclusion_table (list_exclusion, robot_exclusion, family_exclusion, user_exclusion, date_exclusion) values ('{Old.Name}','{Old.Robot}','','parti@skynet.example',1)", Token);
        await two.ImportAsync(await two.ExportAsync());
        await two.New.SqlAsync($"delete from subscriber_table where list_subscriber='{New.Name}' and user_subscriber='membre00001@skynet.example'", Token);
        await two.Old.SqlAsync($"update subscriber_table set reception_subscriber='nomail' where list_subscriber='{Old.Name}' and user_subscriber='membre00002@skynet.example'", Token);
        await two.Old.SqlAsync($"delete from subscriber_table where list_subscriber='{Old.Name}' and user_subscriber='membre00003@skynet.example'", Token);
        await two.Old.SqlAsync($"insert into subscriber_table (list_subscriber, robot_subscriber, user_subscriber, reception_subscriber, date_epoch_subscriber, subscribed_subscriber) values ('{Old.Name}','{Old.Robot}','nouveau@skynet.example','mail',1700000000,1)", Token);
        await two.Old.ArchiveAsync(Old.Name, "2010-03", 4, ListSeed.Post(4), Token);

        var delta = await two.ImportAsync(await two.ExportAsync());

        Assert.Equal(["nouveau@skynet.example"], delta.People["member"].Added);
        Assert.Equal(["membre00002@skynet.example"], delta.People["member"].Changed);
        Assert.Equal(["membre00003@skynet.example"], delta.People["member"].Removed);
        Assert.Equal(["membre00001@skynet.example"], delta.People["member"].KeptOut);
        Assert.Equal(["2010-03/4.eml"], delta.Archive);
        Assert.Empty(two.New.Sent);
        var there = await two.New.SqlAsync($"select user_subscriber||' '||reception_subscriber from subscriber_table where list_subscriber='{New.Name}'", Token);
        Assert.Contains("membre00002@skynet.example nomail", there, StringComparison.Ordinal);
        Assert.Contains("nouveau@skynet.example", there, StringComparison.Ordinal);
        Assert.DoesNotContain("membre00001@", there, StringComparison.Ordinal);
        Assert.DoesNotContain("membre00003@", there, StringComparison.Ordinal);
        Assert.Contains("parti@skynet.example", await two.New.SqlAsync("select user_exclusion from exclusion_table", Token), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "lists-5")]
    [Trait("Requirement", "lists-9")]
    public async Task A_dry_run_writes_nothing_and_a_list_of_others_is_not_touched()
    {
        await using var two = await TwoSympas.StartAsync(members: 12, posts: 2);
        var bundle = await two.ExportAsync();

        var plan = await two.ImportAsync(bundle, new() { DryRun = true });

        Assert.Equal(12 + 2 + 1 + 2, plan.Counts.Remaining);
        Assert.False(Directory.Exists(two.New.FolderOf(New.Name)));
        await two.New.AddListAsync(New.Name, ListSeed.Config(New.Robot), ListSeed.Members(1), ListSeed.Owners, token: Token);
        var refused = await Assert.ThrowsAsync<TransferException>(() => two.ImportAsync(bundle));
        Assert.Equal(TransferFailureKind.Refused, refused.Kind);
        Assert.Contains("--adopt", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "lists-12")]
    public async Task A_frozen_list_takes_no_post_and_gets_its_own_config_back_octet_for_octet()
    {
        await using var two = await TwoSympas.StartAsync(members: 5, posts: 0);
        var config = $"{two.Old.FolderOf(Old.Name)}/config";
        var before = await File.ReadAllBytesAsync(config, Token);
        await ListFreeze.FreezeAsync(two.Source, Old, Token);
        await ListFreeze.FreezeAsync(two.Source, Old, Token);
        await two.Old.StartDaemonsAsync("sympa_msg");
        await two.Old.PostAsync(Old.Name, "From: membre00001@skynet.example\nSubject: trop tard\nMessage-ID: <late@skynet.example>\nDate: Mon, 1 Mar 2010 10:00:00 +0100\n\nBonjour\n", Token);
        await Eventually.TrueAsync("the post is handled", () => !Directory.EnumerateFiles($"{two.Old.Root}/spool/msg", $"{Old}*").Any(), TimeSpan.FromSeconds(60), Token);
        Assert.Empty(Directory.EnumerateFiles($"{two.Old.Root}/spool/moderation"));
        Assert.Equal("open", ListConfig.Parse(await File.ReadAllBytesAsync(config, Token)).Value("status"));

        await ListFreeze.UnfreezeAsync(two.Source, Old, Token);

        Assert.Equal(before, await File.ReadAllBytesAsync(config, Token));
    }

    [Fact]
    [Trait("Requirement", "lists-31")]
    public async Task People_that_cannot_be_read_are_a_failure_and_never_an_empty_list()
    {
        await using var two = await TwoSympas.StartAsync(members: 8, posts: 2);
        await two.ImportAsync(await two.ExportAsync());
        await two.Old.RunAsync(Token, "close", Old.ToString());
        await ChildProcess.RunAsync(new ChildProgram("/usr/bin/chown", "root:root", $"{two.Old.FolderOf(Old.Name)}/member.dump"), Token);
        await ChildProcess.RunAsync(new ChildProgram("/usr/bin/chmod", "600", $"{two.Old.FolderOf(Old.Name)}/member.dump"), Token);
        await Assert.ThrowsAsync<TransferException>(() => two.ExportAsync());
        Assert.Equal("8", (await two.New.SqlAsync($"select count(*) from subscriber_table where list_subscriber='{New.Name}'", Token)).Trim());
    }

    [Fact]
    [Trait("Requirement", "lists-31")]
    public async Task A_dump_that_Sympa_did_not_write_anew_is_not_taken_for_one()
    {
        await using var two = await TwoSympas.StartAsync(members: 3, posts: 0);
        var folder = two.Old.FolderOf(Old.Name);
        await ChildProcess.RunAsync(new ChildProgram("/usr/bin/chown", "-R", "root:sympa", folder), Token);
        await ChildProcess.RunAsync(new ChildProgram("/usr/bin/chmod", "-R", "g+rX,g-w", folder), Token);
        var stale = await Assert.ThrowsAsync<TransferException>(() => two.ExportAsync());
        Assert.Equal(TransferCode.ItemUnreadable, stale.Code);
    }

    private static string Plain(string dump) => string.Join('\n', File.ReadLines(dump).Where(static line => !line.StartsWith("update_date", StringComparison.Ordinal)));

    private static List<string> Hashes(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(static file => file.Contains("/arctxt/", StringComparison.Ordinal)).Select(file => $"{file.Split("/arctxt/")[0][^7..]}/{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}").Order(StringComparer.Ordinal)];
}

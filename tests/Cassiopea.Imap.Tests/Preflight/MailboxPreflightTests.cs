using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Preflight;
using Cassiopea.Imap.Tests.Mailbox;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Preflight;

[Trait("Requirement", "mail-R26")]
public sealed class MailboxPreflightTests
{
    private static readonly string[] Writing = ["CREATE", "SUBSCRIBE", "APPEND", "STORE", "SELECT", "COPY", "MOVE", "EXPUNGE", "DELETE", "RENAME", "SETMETADATA", "SETACL"];

    [Fact]
    [Trait("Category", "Servers")]
    public async Task A_dry_run_foretells_what_the_real_run_then_does_and_writes_nothing_at_the_target()
    {
        await using var host = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, LogChanges = true, RawLog = true }, CancellationToken.None);
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 200, 31), host);
        var before = await two.TargetManifestAsync();
        var logged = DovecotServer.ChangesIn(host.Root); // the server makes INBOX by itself when somebody logs in first
        var found = await RunAsync(two);
        Assert.True(found.Possible);
        Assert.Equal((200, 200, 0, 0), (found.Messages, found.Prediction.Items, found.AlreadyThere, found.Excluded));
        Assert.InRange(found.Prediction.SecondsAtLeast, 0.0001, found.Prediction.SecondsAtMost);

        var after = await two.TargetManifestAsync();
        Assert.Equal(before.Folders.Keys.Order(StringComparer.Ordinal), after.Folders.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((0, 0), (after.Messages, after.Subscribed.Count));
        Assert.Equal(logged, DovecotServer.ChangesIn(host.Root));
        var said = DovecotServer.RawLog(two.To).Split('\n').Select(static line => line.Trim().Split(' ').Skip(2).FirstOrDefault("")).ToList();
        Assert.Contains("NOOP", said);
        Assert.DoesNotContain(said, static word => Writing.Contains(word, StringComparer.OrdinalIgnoreCase));

        var result = await two.CopyAsync();
        Assert.Equal(found.Prediction.Items, result.Counts.Copied);
        Assert.Equal(found.Prediction.Bytes, result.Bytes);
        Assert.Equal(
            found.Prediction.Places.Select(static place => (place.Source, place.Target, place.Items)).Order(),
            result.Folders.Select(static folder => (folder.Source, folder.Target, folder.Counts.Copied)).Order());
        Assert.Equal(found.Prediction.AsOf, result.Prediction?.AsOf);
        var report = TransferReport.FromJson(result.ToReport("mail copy", "a", "b").ToJson());
        Assert.Equal((200, found.Prediction.SecondsAtMost), (report.Prediction!.Items, report.Prediction.SecondsAtMost));

        var again = await RunAsync(two);
        Assert.Equal((200, 0, 200), (again.Messages, again.Prediction.Items, again.AlreadyThere));
    }

    [Fact]
    [Trait("Category", "Servers")]
    [Trait("Requirement", "mail-R15")]
    public async Task A_target_without_room_and_a_message_beyond_its_limit_are_told_before()
    {
        await using var small = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Quota, ImapCapability = "+APPENDLIMIT=1048576" }, CancellationToken.None);
        await using (var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 500, 32), small))
        {
            var full = await RunAsync(two);
            var blocking = Assert.Single(full.Problems, static problem => problem.Severity == PreflightSeverity.Blocking);
            Assert.Equal((TransferCode.OverQuota, TransferSide.Target), (blocking.What.Code, blocking.What.Side));
            Assert.Equal(TransferOutcome.Stopped, full.ToReport("x", "a", "b").Outcome);
            Assert.Equal(TransferCode.OverQuota, (await two.CopyAsync()).Failure!.Code);
        }

        var date = new DateTimeOffset(2015, 2, 3, 4, 5, 6, TimeSpan.Zero);
        SeedMessage Letter(int size) => new(["INBOX"], new LetterMaker(7).Letter(size, date), date, "S");
        await using var big = await TwoMailboxes.StartAsync(new("l", [new(["INBOX"])], [Letter(5_000), Letter(1_200_000)]), small);
        var found = await RunAsync(big);
        Assert.Equal((1048576, 1, 2), (found.LargestAllowedBytes, found.Prediction.Refused, found.Prediction.Items));
        Assert.Equal(TransferCode.TooBig, Assert.Single(found.Problems, static problem => problem.Severity == PreflightSeverity.Exception).What.Code);
        Assert.Equal(found.Prediction.Refused, (await big.CopyAsync()).Counts.Refused);
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task Names_that_only_case_tells_apart_and_refused_logins_are_told_before()
    {
        SeedFolder[] folders = [new(["INBOX"]), new(["Projets"]), new(["PROJETS"])];
        await using var two = await TwoMailboxes.StartAsync(new("n", folders, [new(["Projets"], "Subject: a\n\nb\n"u8.ToArray(), DateTimeOffset.UnixEpoch.AddYears(40))]));
        var found = await RunAsync(two);
        Assert.Equal("PROJETS", Assert.Single(found.Problems).What.Item.Split(" ; ")[0], ignoreCase: true);

        ImapAccount Wrong(ImapAccount account) => ImapAccount.WithPassword(account.Endpoint, "wrong-" + account.Endpoint.Login);
        var refused = await new MailboxPreflight(TimeProvider.System).RunAsync(Wrong(two.Source), Wrong(two.Target), null, new(), CancellationToken.None);
        Assert.False(refused.Possible);
        Assert.Equal([TransferSide.Source, TransferSide.Target], refused.Problems.Select(static problem => problem.What.Side).Order());
        Assert.All(refused.Problems, static problem => Assert.Equal(TransferCode.AuthenticationFailed, problem.What.Code));
        Assert.DoesNotContain("wrong-", refused.ToReport("x", "a", "b").ToJson().Replace(two.Source.Endpoint.Url, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("~home", "control character")]
    [InlineData("a/../b", "a dot")]
    [InlineData("tab\there", "control character")]
    [InlineData("ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé", "octets long")]
    public void A_name_that_servers_refuse_is_told_before(string path, string why)
    {
        var style = new NameStyle("", '/');
        var name = style.Wire(NameStyle.FromPath(path));
        var problems = new PreflightProblems();
        problems.Names([new(new Imap.Commands.ListedFolder(name, '/'), path, name, path, Excluded: false)], null);
        Assert.Contains(why, Assert.Single(problems.Found).What.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_stands_in_STATUS_is_asked_for()
    {
        const string Source = "S: * OK [CAPABILITY IMAP4rev1] hi\nC: $t LOGIN *\nS: $t OK [CAPABILITY IMAP4rev1] in\nC: $t LIST *\nC: $u LSUB *\nS: $t OK\nS: $u OK\nC: $t NOOP\nS: $t OK\nC: $t NOOP\nS: $t OK\nC: $t NOOP\nS: $t OK\nC: $t LOGOUT";
        const string Target = "S: * OK [CAPABILITY IMAP4rev1 APPENDLIMIT] hi\nC: $t LOGIN *\nS: $t OK [CAPABILITY IMAP4rev1 APPENDLIMIT] in\nC: $t LIST *\nC: $u LSUB *\nS: $t OK\nS: $u OK\nC: $t STATUS \"INBOX\" (APPENDLIMIT)\nS: * STATUS INBOX (APPENDLIMIT 77)\nS: $t OK\nC: $t NOOP\nS: $t OK\nC: $t NOOP\nS: $t OK\nC: $t NOOP\nS: $t OK\nC: $t LOGOUT";
        await using var source = ScriptedPeer.Start(Source);
        await using var target = ScriptedPeer.Start(Target);
        ImapAccount To(ScriptedPeer peer) => ImapAccount.WithPassword(new("127.0.0.1", peer.Port, ImapTls.None, "u"), "p");
        var found = await new MailboxPreflight(TimeProvider.System).RunAsync(To(source), To(target), null, new(), CancellationToken.None);
        Assert.Equal(77, found.LargestAllowedBytes);
        Assert.Empty(found.Problems);
        Assert.Empty(source.Deviations.Concat(target.Deviations));
    }

    private static Task<MailboxPreflightResult> RunAsync(TwoMailboxes two) =>
        new MailboxPreflight(TimeProvider.System).RunAsync(two.Source, two.Target, two.Journal, new MailboxTransferOptions(), CancellationToken.None);
}

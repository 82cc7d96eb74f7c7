using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.MailingLists.Tests;

/// <summary>The service's whole work on one list, from survey to freeze, between two real Sympas.</summary>
[Trait("Category", "Servers")]
public sealed class MovingListTests
{
    private const string Members = "date 1420066800\nemail zoe@skynet.example\ngecos Zoé Peeters\nreception digest\nvisibility conceal\n\ndate 1420070400\nemail noel@skynet.example\nreception mail\nvisibility noconceal\n\n";
    private const string Owners = "date 1420066800\nemail president@asbl.example\nprofile privileged\nreception mail\nvisibility noconceal\n\n";
    private const string Config = "subject Nouvelles de l'asbl\n\nlang fr\n\nsend private\n\nsubscribe owner\n\nvisibility conceal\n\nprocess_archive on\n\narchive\nweb_access private\n\n";

    private static readonly Endpoint Source = End("lists.old.test", "nouvelles@lists.old.test");
    private static readonly Endpoint Target = End("lists.new.test", "nouvelles@lists.new.test");
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_is_surveyed_copied_compared_frozen_and_given_back()
    {
        await using var old = await SympaServer.StartAsync("lists.old.test", Token);
        await using var fresh = await SympaServer.StartAsync("lists.new.test", Token);
        await old.AddListAsync("nouvelles", Config, Members, Owners, token: Token);
        await old.ArchiveAsync("nouvelles", "2010-03", 1, "Subject: un\nMessage-ID: <1@x>\n\nÀ demain\n"u8.ToArray(), Token);
        await using var host = await MailingListsHost.StartAsync(("lists.old.test", old), ("lists.new.test", fresh));
        var (migration, item) = (Guid.NewGuid(), Guid.NewGuid());

        var surveyed = await host.AskAsync<SurveyMailingList, ItemSurveyed>(new(migration, item, 1, Source, Target));
        Assert.Null(surveyed.SourceFailure);
        Assert.Null(surveyed.TargetFailure);
        Assert.Equal("2", surveyed.Facts.Single(static one => one.Name == "members").Value);
        Assert.Equal("no", surveyed.Facts.Single(static one => one.Name == "target-exists").Value);

        var transferred = await host.AskAsync<TransferMailingList, ItemTransferred>(new(migration, item, 1, Bucket.Bulk, Source, Target, Grant: Grant));
        Assert.Empty(transferred.Exceptions);
        Assert.Equal(4, transferred.Counts.Copied);
        var verified = await host.AskAsync<VerifyMailingList, ItemVerified>(new(migration, item, 1, Bucket.Bulk, Source, Target, Grant));
        Assert.True(verified.Equal, string.Join('\n', verified.Differences));
        Assert.Equal(Grade.Perfect, verified.Grade);
        Assert.Equal(4, verified.Compared);
        Assert.Empty(fresh.Sent);

        var before = await File.ReadAllBytesAsync($"{old.FolderOf("nouvelles")}/config", Token);
        await host.AskAsync<FreezeMailingList, MailingListFrozen>(new(migration, item, Source, 1));
        Assert.Contains("send closed", await File.ReadAllTextAsync($"{old.FolderOf("nouvelles")}/config", Token), StringComparison.Ordinal);

        var again = await host.AskAsync<TransferMailingList, ItemTransferred>(new(migration, item, 2, Bucket.CutOver, Source, Target, Grant: Grant), static one => one.Pass == 2);
        Assert.Equal((0L, 4L), (again.Counts.Copied, again.Counts.AlreadyThere));
        Assert.True((await host.AskAsync<VerifyMailingList, ItemVerified>(new(migration, item, 2, Bucket.CutOver, Source, Target, Grant), static one => one.Pass == 2)).Equal); // the freeze is no difference

        // after the switch the old addresses lead to the new list; given back, nothing of it is left
        var notLed = await host.AskAsync<TransferMailingList, ItemTransferred>(new(migration, item, 3, Bucket.CutOver, Source, Target, Live: true, Grant), static one => one.Pass == 3);
        Assert.Contains("nouvelles-unsubscribe@lists.old.test", Assert.Single(notLed.Exceptions).Failure.Text, StringComparison.Ordinal); // this Sympa keeps no alias lines: nobody is promised anything
        Assert.Contains("pas été transmis", await File.ReadAllTextAsync($"{old.FolderOf("nouvelles")}/mail_tt2/cassiopea_moved.tt2", Token), StringComparison.Ordinal);
        await File.WriteAllTextAsync($"{old.Root}/mail/aliases", "nouvelles: \"|/usr/lib/sympa/bin/queue nouvelles@lists.old.test\"\n", Token);
        await old.KeepAliasesAsync(Token);
        Assert.Empty((await host.AskAsync<TransferMailingList, ItemTransferred>(new(migration, item, 4, Bucket.CutOver, Source, Target, Live: true, Grant), static one => one.Pass == 4)).Exceptions);
        Assert.Contains("send cassiopea_moved", await File.ReadAllTextAsync($"{old.FolderOf("nouvelles")}/config", Token), StringComparison.Ordinal);
        Assert.Empty(old.Sent.Concat(fresh.Sent));
        await host.AskAsync<UnfreezeMailingList, MailingListUnfrozen>(new(migration, item, 1, Source));
        Assert.Equal(before, await File.ReadAllBytesAsync($"{old.FolderOf("nouvelles")}/config", Token));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(host.Lists, item.ToString("N")), "*-*")); // a bundle is there while its pass runs, no longer
        await host.SendAsync(new MigrationEnded(migration, MigrationState.Completed));
        Assert.Equal(1, (await host.WaitAsync<WorkErased>(one => one.MigrationId == migration)).Items);
        Assert.False(Directory.Exists(Path.Combine(host.Lists, item.ToString("N"))));
        Assert.Empty(await host.QueryAsync(static db => SchemaComparison.DifferencesAsync(db, default)));
    }

    [Fact]
    [Trait("Requirement", "lists-28")]
    [Trait("Requirement", "lists-31")]
    public async Task Where_the_new_hosts_SOAP_is_configured_a_comparison_reads_back_by_it_too()
    {
        await using var old = await SympaServer.StartAsync("lists.old.test", Token);
        await using var fresh = await SympaServer.StartAsync("lists.new.test", Token);
        await old.AddListAsync("nouvelles", Config, Members, Owners, token: Token);
        await using var front = await SympaSoapFront.StartAsync(fresh, Token);
        var secret = Path.Combine(LabRoot.NewFolder("secret"), "soap");
        await File.WriteAllTextAsync(secret, front.Secret + "\n", Token);
        await using var host = await MailingListsHost.StartAsync(null,
        [
            .. MailingListsHost.Settings(0, "lists.old.test", old), .. MailingListsHost.Settings(1, "lists.new.test", fresh),
            ("MailingLists:Hosts:1:Soap", front.Url.ToString()), ("MailingLists:Hosts:1:SoapApplication", SympaSoapFront.Application), ("MailingLists:Hosts:1:SoapPasswordFile", secret),
        ]);
        var (migration, item) = (Guid.NewGuid(), Guid.NewGuid());
        await host.AskAsync<TransferMailingList, ItemTransferred>(new(migration, item, 1, Bucket.Bulk, Source, Target, Grant: Grant));
        var equal = await host.AskAsync<VerifyMailingList, ItemVerified>(new(migration, item, 1, Bucket.Bulk, Source, Target, Grant));
        Assert.True(equal.Equal, string.Join('\n', equal.Differences));

        await fresh.SqlAsync("update subscriber_table set comment_subscriber='Zoé Autrement' where user_subscriber='zoe@skynet.example'", Token);
        var renamed = await host.AskAsync<VerifyMailingList, ItemVerified>(new(migration, item, 2, Bucket.Bulk, Source, Target, Grant), static one => one.Pass == 2);
        Assert.True(renamed.Equal, string.Join('\n', renamed.Differences)); // her own doing at the new list, told the same by both

        File.Delete(secret);
        var missing = await host.AskAsync<VerifyMailingList, ItemTransferFailed>(new(migration, item, 3, Bucket.Bulk, Source, Target, Grant), static one => one.Pass == 3);
        Assert.Equal((FailureSide.Us, FailureCode.CredentialMissing), (missing.Failure.Side, missing.Failure.Code));
        await File.WriteAllTextAsync(secret, "wrong", Token);
        var refused = await host.AskAsync<VerifyMailingList, ItemTransferFailed>(new(migration, item, 4, Bucket.Bulk, Source, Target, Grant), static one => one.Pass == 4);
        Assert.Equal(FailureKind.Refused, refused.Failure.Kind);
    }

    [Fact]
    public async Task A_host_that_staff_did_not_configure_is_not_entered()
    {
        await using var host = await MailingListsHost.StartAsync();
        var surveyed = await host.AskAsync<SurveyMailingList, ItemSurveyed>(new(Guid.NewGuid(), Guid.NewGuid(), 1, Source, null));
        Assert.Equal(FailureCode.AddressRefused, surveyed.SourceFailure?.Code);
        var failed = await host.AskAsync<FreezeMailingList, ItemTransferFailed>(new(Guid.NewGuid(), Guid.NewGuid(), Source, 1));
        Assert.Equal((0, FailureCode.AddressRefused), (failed.Pass, failed.Failure.Code));
    }

    [Fact]
    public async Task Without_an_inventory_nobody_has_looked_and_the_answer_says_what_to_do()
    {
        await using var host = await MailingListsHost.StartAsync();
        var migration = Guid.NewGuid();
        var answer = await host.AskAsync<FindMailingLists, ServiceSurveyed>(new(migration, "M0042", []));
        Assert.Equal((migration, ItemKind.MailingList, SurveyOutcome.NotSurveyed), (answer.MigrationId, answer.Kind, answer.Outcome));
        Assert.Equal((FailureSide.Us, FailureKind.Refused, FailureCode.NotSurveyed), (answer.Failure!.Side, answer.Failure.Kind, answer.Failure.Code));
        Assert.Contains("MailingLists:InventoryFile", answer.Failure.Text, StringComparison.Ordinal);
        Assert.Empty(answer.Items);
    }

    [Fact]
    [Trait("Requirement", "lists-26")]
    public async Task Nothing_leaves_without_the_hosts_request_and_the_members_consent_nor_to_another_domain()
    {
        await using var old = await SympaServer.StartAsync("lists.old.test", Token);
        await using var fresh = await SympaServer.StartAsync("lists.new.test", Token);
        await old.AddListAsync("nouvelles", Config, Members, Owners, token: Token);
        await using var host = await MailingListsHost.StartAsync(("lists.old.test", old), ("lists.new.test", fresh));
        foreach (var grant in (ExportGrant?[])[null, Grant with { Robot = "elsewhere.test" }])
        {
            var (migration, item) = (Guid.NewGuid(), Guid.NewGuid());
            var failed = await host.AskAsync<TransferMailingList, ItemTransferFailed>(new(migration, item, 1, Bucket.Bulk, Source, Target, Grant: grant), one => one.ItemId == item);
            Assert.Equal((FailureKind.Refused, FailureCode.PermissionDenied), (failed.Failure.Kind, failed.Failure.Code));
            var compared = await host.AskAsync<VerifyMailingList, ItemTransferFailed>(new(migration, Guid.NewGuid(), 1, Bucket.Bulk, Source, Target, grant), one => one.MigrationId == migration && one.ItemId != item);
            Assert.Equal((FailureKind.Refused, FailureCode.PermissionDenied), (compared.Failure.Kind, compared.Failure.Code)); // a comparison reads everyone just as a copy does
        }

        Assert.False(Directory.Exists(fresh.FolderOf("nouvelles")));
        Assert.Empty(Directory.EnumerateFiles(host.Lists, "*", SearchOption.AllDirectories));
    }

    private static ExportGrant Grant => new("Domaine Public", "lists.new.test", [ListPart.People, ListPart.Archive, ListPart.HeldPosts, ListPart.Files], new string('a', 64), DateTimeOffset.UnixEpoch);

    private static Endpoint End(string host, string list) => new(Guid.NewGuid(), "sympa", host, 22, TlsPolicy.None, list, Guid.NewGuid());
}

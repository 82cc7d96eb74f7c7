using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Mail.Tests;

[Trait("Category", "Servers")]
public sealed class TransferFailureTests
{
    [Theory]
    [InlineData(FailureSide.Source)]
    [InlineData(FailureSide.Target)]
    [Trait("Requirement", "rel-F11")]
    public async Task A_wrong_password_stops_the_pass_at_once_and_says_whose_it_is(FailureSide side)
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 1));
        var end = side == FailureSide.Source ? mailbox.Source : mailbox.Target;
        host.Vault.Store("wrong", end.CredentialId);
        var failed = await host.AskAsync<TransferMailbox, ItemTransferFailed>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        Assert.Equal((side, FailureKind.Refused, FailureCode.AuthenticationFailed), (failed.Failure.Side, failed.Failure.Kind, failed.Failure.Code));
        Assert.DoesNotContain("wrong", failed.Failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_nobody_entered_is_missing()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 1));
        mailbox.Target = mailbox.Target with { CredentialId = Guid.CreateVersion7() };
        var failed = await host.AskAsync<TransferMailbox, ItemTransferFailed>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        Assert.Equal((FailureSide.Target, FailureKind.Refused, FailureCode.CredentialMissing), (failed.Failure.Side, failed.Failure.Kind, failed.Failure.Code));
    }

    [Fact]
    public async Task A_right_password_after_a_wrong_one_moves_the_mailbox()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 1));
        host.Vault.Store("wrong", mailbox.Source.CredentialId);
        await host.AskAsync<TransferMailbox, ItemTransferFailed>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        host.Events.Clear();
        host.Vault.Store(mailbox.From.Password, mailbox.Source.CredentialId);
        var moved = await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(2), e => e.ItemId == mailbox.Item);
        Assert.Equal(mailbox.Messages, moved.Counts.Copied);
    }

    [Fact]
    public async Task A_grant_that_is_on_its_way_is_waited_for()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 1));
        host.Vault.RefusesGrants = true;
        await host.SendAsync(mailbox.Transfer());
        await Eventually.TrueAsync("asked for a lease", () => !host.Vault.Purposes.IsEmpty);
        host.Vault.RefusesGrants = false;
        Assert.Equal(mailbox.Messages, (await host.WaitAsync<ItemTransferred>(e => e.ItemId == mailbox.Item)).Counts.Copied);
    }

    [Fact]
    [Trait("Requirement", "rel-F8")]
    public async Task A_dead_server_is_tried_again_and_told_when_it_stays_dead()
    {
        await using var host = await MailHost.StartAsync(("Jobs:PassingAttempts", "3"), ("Mail:Patience", "00:00:01"));
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 1));
        mailbox.Target = mailbox.Target with { Port = FreePort.Next() };
        var failed = await host.AskAsync<TransferMailbox, ItemTransferFailed>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        Assert.Equal((FailureSide.Target, FailureKind.Passing, FailureCode.Unreachable), (failed.Failure.Side, failed.Failure.Kind, failed.Failure.Code));
    }

    [Fact]
    public async Task A_server_that_comes_back_gets_the_mail_without_a_person()
    {
        await using var host = await MailHost.StartAsync(("Mail:Patience", "00:00:01"));
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 30, 2));
        await using var proxy = FaultProxy.Start(mailbox.Target.Port);
        mailbox.Target = mailbox.Target with { Port = proxy.Port };
        proxy.Refuse();
        await host.SendAsync(mailbox.Transfer());
        await Eventually.TrueAsync("tried", () => host.QueryAsync(db => db.Set<ServiceDefaults.Job>().AnyAsync(j => j.LastError != null)));
        proxy.AcceptAgain();
        var moved = await host.WaitAsync<ItemTransferred>(e => e.ItemId == mailbox.Item);
        Assert.Equal(mailbox.Messages, moved.Counts.Copied);
        Assert.Empty(await mailbox.DifferencesAsync());
    }

    [Theory]
    [InlineData("another.exemple.be", false)]
    [InlineData("localhost", true)]
    [Trait("Requirement", "sec-S6")]
    public async Task A_certificate_for_another_name_or_an_expired_one_is_refused(string name, bool expired)
    {
        using var certificates = new LabCertificates();
        var file = Path.Combine(LabRoot.NewFolder("roots"), "roots.pem");
        await File.WriteAllTextAsync(file, certificates.AuthorityPem);
        await using var target = await DovecotServer.StartAsync(
            new DovecotOptions { Layout = DovecotLayout.Mdbox, Certificates = certificates, CertificateName = name, CertificateExpired = expired }, default);
        await using var host = await MailHost.StartAsync(("Mail:TrustedRootsFile", file));
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 1), target);
        mailbox.Target = mailbox.Target with { Host = "localhost", Tls = TlsPolicy.StartTls };
        var failed = await host.AskAsync<TransferMailbox, ItemTransferFailed>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        Assert.Equal((FailureSide.Target, FailureKind.Refused, FailureCode.CertificateRefused), (failed.Failure.Side, failed.Failure.Kind, failed.Failure.Code));
    }

    [Fact]
    [Trait("Requirement", "sec-S6")]
    public async Task A_good_certificate_opens_both_kinds_of_TLS()
    {
        using var certificates = new LabCertificates();
        var file = Path.Combine(LabRoot.NewFolder("roots"), "roots.pem");
        await File.WriteAllTextAsync(file, certificates.AuthorityPem);
        await using var target = await DovecotServer.StartAsync(new DovecotOptions { Layout = DovecotLayout.Mdbox, Certificates = certificates }, default);
        await using var host = await MailHost.StartAsync(("Mail:TrustedRootsFile", file));
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 1), target);
        mailbox.Target = mailbox.Target with { Host = "localhost", Tls = TlsPolicy.StartTls };
        await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(), e => e.ItemId == mailbox.Item && e.Pass == 1);
        mailbox.Target = mailbox.Target with { Port = target.ImapsPort!.Value, Tls = TlsPolicy.Implicit };
        await host.AskAsync<TransferMailbox, ItemTransferred>(mailbox.Transfer(2), e => e.ItemId == mailbox.Item && e.Pass == 2);
        Assert.Empty(await mailbox.DifferencesAsync());
    }

    [Fact]
    [Trait("Requirement", "mail-R15")]
    public async Task A_full_target_stops_the_mailbox_and_goes_on_when_there_is_room()
    {
        await using var host = await MailHost.StartAsync();
        await using var small = await DovecotServer.StartAsync(new DovecotOptions { Layout = DovecotLayout.Quota, Quota = "1M" }, default);
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 150, 3), small);
        var failed = await host.AskAsync<TransferMailbox, ItemTransferFailed>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        Assert.Equal((FailureSide.Target, FailureKind.Refused, FailureCode.OverQuota), (failed.Failure.Side, failed.Failure.Kind, failed.Failure.Code));
    }

    [Fact]
    [Trait("Requirement", "sec-S8")]
    public async Task A_loopback_address_is_refused_where_no_test_network_is_allowed()
    {
        await using var host = await MailHost.StartAsync(("AllowedTestNetworks", ""));
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 1));
        var failed = await host.AskAsync<TransferMailbox, ItemTransferFailed>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        Assert.Equal((FailureSide.Source, FailureKind.Refused, FailureCode.AddressRefused), (failed.Failure.Side, failed.Failure.Kind, failed.Failure.Code));
        Assert.Empty(host.Vault.Purposes);
    }

    [Fact]
    public async Task A_protocol_that_is_not_moved_yet_is_said_so()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 1));
        mailbox.Source = mailbox.Source with { Protocol = "nntp" };
        var failed = await host.AskAsync<TransferMailbox, ItemTransferFailed>(mailbox.Transfer(), e => e.ItemId == mailbox.Item);
        Assert.Equal((FailureSide.Source, FailureCode.NotSurveyed), (failed.Failure.Side, failed.Failure.Code));
    }
}

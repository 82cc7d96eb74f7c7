using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Mail.Tests;

[Trait("Category", "Servers")]
public sealed class SurveyMailboxTests
{
    [Fact]
    public async Task Both_ends_are_entered_and_measured()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 60, 31), await DovecotServer.SharedSmallAsync());
        var surveyed = await host.AskAsync<SurveyMailbox, ItemSurveyed>(mailbox.Survey(), e => e.ItemId == mailbox.Item);
        Assert.Null(surveyed.SourceFailure);
        Assert.Null(surveyed.TargetFailure);
        Assert.True(surveyed.TargetChecked);
        Assert.Equal($"{mailbox.Messages}", surveyed.Facts.Single(f => f.Name == "messages").Value);
        Assert.Contains(surveyed.Facts, f => f is { Name: "folders", Unit: "folders" });
        Assert.Contains(surveyed.Facts, f => f.Name == "largest-folder");
        Assert.Contains(surveyed.Facts, f => f is { Name: "target-quota-bytes", Unit: "bytes" });
        Assert.Equal(mailbox.Messages, surveyed.Prediction!.Things);
        Assert.True(surveyed.Prediction is { Bytes: > 0, Seconds: > 0 });
        Assert.Equal("unknown", surveyed.Facts.Single(f => f.Name == "protocol-seen").Value);
    }

    [Fact]
    public async Task Each_end_fails_for_its_own_reason()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 32));
        host.Vault.Store("wrong", mailbox.Source.CredentialId);
        mailbox.Target = mailbox.Target with { CredentialId = Guid.CreateVersion7() };
        var surveyed = await host.AskAsync<SurveyMailbox, ItemSurveyed>(mailbox.Survey(), e => e.ItemId == mailbox.Item);
        Assert.Equal((FailureSide.Source, FailureCode.AuthenticationFailed), (surveyed.SourceFailure!.Side, surveyed.SourceFailure.Code));
        Assert.Equal((FailureSide.Target, FailureCode.CredentialMissing), (surveyed.TargetFailure!.Side, surveyed.TargetFailure.Code));
        Assert.False(surveyed.TargetChecked);
        Assert.DoesNotContain(surveyed.Facts, f => f.Name == "messages");
    }

    [Fact]
    public async Task A_new_attempt_after_a_correction_succeeds()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 33));
        host.Vault.Store("wrong", mailbox.Source.CredentialId);
        await host.AskAsync<SurveyMailbox, ItemSurveyed>(mailbox.Survey(), e => e.ItemId == mailbox.Item && e.SourceFailure is not null);
        host.Vault.Store(mailbox.From.Password, mailbox.Source.CredentialId);
        var second = await host.AskAsync<SurveyMailbox, ItemSurveyed>(mailbox.Survey(2), e => e.ItemId == mailbox.Item && e.SourceFailure is null);
        Assert.Equal($"{mailbox.Messages}", second.Facts.Single(f => f.Name == "messages").Value);
    }

    [Fact]
    public async Task A_dead_source_is_told_after_a_few_tries_and_the_target_is_measured()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 34));
        mailbox.Source = mailbox.Source with { Port = FreePort.Next() };
        var surveyed = await host.AskAsync<SurveyMailbox, ItemSurveyed>(mailbox.Survey(), e => e.ItemId == mailbox.Item);
        Assert.Equal((FailureSide.Source, FailureKind.Passing, FailureCode.Unreachable), (surveyed.SourceFailure!.Side, surveyed.SourceFailure.Kind, surveyed.SourceFailure.Code));
        Assert.True(surveyed.TargetChecked);
    }

    [Fact]
    public async Task A_target_that_is_not_known_yet_is_not_a_failure()
    {
        await using var host = await MailHost.StartAsync();
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("tiny", 5, 35));
        var surveyed = await host.AskAsync<SurveyMailbox, ItemSurveyed>(mailbox.Survey() with { Target = null }, e => e.ItemId == mailbox.Item);
        Assert.Null(surveyed.TargetFailure);
        Assert.False(surveyed.TargetChecked);
    }

    [Fact]
    public async Task Mailboxes_are_found_through_the_bus()
    {
        await using var host = await MailHost.StartAsync();
        var migration = Guid.CreateVersion7();
        var answer = await host.AskAsync<FindMailboxes, ServiceSurveyed>(new FindMailboxes(migration, "M0042", []), e => e.MigrationId == migration);
        Assert.Equal((ItemKind.Mailbox, SurveyOutcome.NotSurveyed), (answer.Kind, answer.Outcome));
    }
}

using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

/// <summary>The invoice gate: what it holds back, what it lets pass, and how it opens again.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "inv-I4")]
public sealed class GateTests(World world)
{
    [Theory]
    [InlineData(InvoiceStatus.Clear)]
    [InlineData(InvoiceStatus.Exempt)]
    [InlineData(InvoiceStatus.Instalments)]
    [InlineData(InvoiceStatus.AwaitingFinalInvoice)]
    public async Task A_member_who_owes_nothing_now_passes(InvoiceStatus status)
    {
        using var j = await Journey.BeginAsync(world);
        await j.InvoicesAsync(status);
        Assert.Equal(MigrationState.Surveying, await j.StateAsync());
        Assert.Equal(5, j.Asked.Count);
    }

    [Fact]
    [Trait("Requirement", "inv-I6")]
    public async Task A_debtor_is_reminded_at_most_three_times_a_week_apart_and_then_staff_call()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.AwaitingPayment);
        var first = await j.World.Mail.WaitForAsync(m => m.To.Contains($"{j.MemberId:N}@asbl.example"), TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Contains("auto-generated", first.Content, StringComparison.Ordinal);
        Assert.Equal("member", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);

        await j.AdvanceAsync(TimeSpan.FromDays(6.9));
        Assert.Single(j.Left.OfType<NoticeSent>());
        await j.AdvanceAsync(TimeSpan.FromDays(30));

        Assert.Equal([1, 2, 3], j.Left.OfType<NoticeSent>().Select(n => n.Number));
        var told = j.Left.OfType<MigrationAdvanced>().Last();
        Assert.Equal("staff", told.WaitingFor);
        Assert.Null(told.NextDueAt);
        Assert.Equal(3, (await j.LoadAsync()).Notices.Select(n => n.MessageId).Distinct().Count());
    }

    [Fact]
    [Trait("Requirement", "inv-I9")]
    public async Task What_the_ledger_does_not_know_becomes_a_task_for_staff_and_no_reminder()
    {
        using var j = await Journey.BeginAsync(world);
        await j.InvoicesAsync(InvoiceStatus.Unknown);
        var told = j.Left.OfType<MigrationAdvanced>().Last();
        Assert.Equal((MigrationState.AwaitingPayment, "staff"), (told.To, told.WaitingFor));
        Assert.Empty((await j.LoadAsync()).Notices);

        await j.InvoicesAsync(InvoiceStatus.Clear);
        Assert.Equal(MigrationState.Surveying, await j.StateAsync());
    }

    [Fact]
    [Trait("Requirement", "inv-I8")]
    public async Task A_debtor_can_survey_and_enter_passwords_but_nothing_is_copied()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.AwaitingPayment);
        await j.DoAsync(o => new SurveyAgain(o, "member", j.Id));
        await j.AnswerAsync();
        await j.EnterCredentialsAsync();
        Assert.Equal(MigrationState.AwaitingPayment, await j.StateAsync());
        Assert.All((await j.LoadAsync()).Items, i => Assert.Equal(ItemState.Verified, i.State));
        Assert.Empty(j.Left.OfType<TransferMailbox>());

        await j.InvoicesAsync(InvoiceStatus.Clear);
        Assert.Equal(MigrationState.Preparing, await j.StateAsync());
    }

    [Theory]
    [Trait("Requirement", "inv-I5")]
    [InlineData(MigrationState.Surveying)]
    [InlineData(MigrationState.Preparing)]
    [InlineData(MigrationState.Ready)]
    [InlineData(MigrationState.Copying)]
    [InlineData(MigrationState.CatchingUp)]
    public async Task An_invoice_that_comes_late_shuts_the_gate_and_payment_returns_to_where_it_was(MigrationState state)
    {
        using var j = await Journey.BeginAsync(world).ToAsync(state);
        var before = (await j.LoadAsync()).PlanSha256;
        await j.InvoicesAsync(InvoiceStatus.Due);
        Assert.Equal(MigrationState.AwaitingPayment, await j.StateAsync());
        await j.InvoicesAsync(InvoiceStatus.Clear);
        Assert.Equal(state, await j.StateAsync());
        Assert.Equal(before, (await j.LoadAsync()).PlanSha256);
    }

    [Fact]
    [Trait("Requirement", "inv-I5")]
    public async Task While_the_gate_is_shut_again_a_running_pass_ends_and_its_verification_waits()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Copying);
        var pass = j.Asked.OfType<TransferMailbox>().First();
        await j.InvoicesAsync(InvoiceStatus.Due);
        await j.TellAsync(j.Transferred(pass.ItemId, pass.Pass));
        Assert.Empty(j.Left.OfType<VerifyMailbox>());
        Assert.Empty(j.Left.OfType<MigrationPaused>());

        await j.InvoicesAsync(InvoiceStatus.Clear);
        Assert.Equal(pass.ItemId, Assert.Single(j.Left.OfType<VerifyMailbox>()).ItemId);
        await j.AnswerAsync();
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        Assert.Equal(2, j.Left.OfType<TransferMailbox>().Count());
    }

    [Fact]
    public async Task A_ledger_that_goes_away_later_holds_nobody_back()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Copying);
        await j.InvoicesAsync(InvoiceStatus.Unknown);
        Assert.Equal(MigrationState.Copying, await j.StateAsync());
    }

    [Fact]
    public async Task After_the_switch_an_invoice_holds_the_hand_over_only()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Watching);
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        await j.InvoicesAsync(InvoiceStatus.Due);
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        var refused = await j.TryAsync(o => new HandOver(o, "staff-a", j.Id));
        Assert.Equal("open-points", refused?.Code);
        Assert.Contains("42.00 EUR", refused!.Detail, StringComparison.Ordinal);

        await j.InvoicesAsync(InvoiceStatus.Clear);
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
    }

    [Fact]
    public async Task An_older_check_that_arrives_last_changes_nothing()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Copying);
        await j.TellAsync(j.Invoices(InvoiceStatus.Due) with { AsOf = j.Now - TimeSpan.FromDays(1) });
        Assert.Equal(MigrationState.Copying, await j.StateAsync());
    }
}

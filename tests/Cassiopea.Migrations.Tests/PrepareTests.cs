using Cassiopea.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Tests;

/// <summary>What was found, the ends and their passwords, and the plan.</summary>
[Trait("Category", "Servers")]
public sealed class PrepareTests(World world)
{
    [Fact]
    public async Task A_found_item_without_passwords_waits_for_the_member()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        Assert.All((await j.LoadAsync()).Items, i => Assert.Equal((ItemState.CredentialsNeeded, FailureCode.CredentialMissing), (i.State, i.Failure?.Code)));
        Assert.Equal("member", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);
        Assert.Empty(j.Left.OfType<SurveyMailbox>());
        Assert.Contains(j.Left.OfType<NoticeSent>(), n => n.Template == "survey-done");
    }

    [Fact]
    public async Task A_password_for_one_end_enters_that_end_and_the_second_one_enters_both()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        var item = await j.ItemAsync("info@asbl.example");
        var target = j.End("imap", "new.example", item.Name);
        await j.DoAsync(o => new DeclareItem(o, "member", j.Id, item.Id, item.Kind, item.Name, null, target));
        await j.TellAsync(new CredentialStored(item.Source!.CredentialId, j.MemberId, 1, j.Now));
        Assert.Null(Assert.Single(j.Left.OfType<SurveyMailbox>()).Target);
        await j.AnswerAsync();
        Assert.Equal(ItemState.CredentialsNeeded, (await j.ItemAsync(item.Name)).State);

        await j.TellAsync(new CredentialStored(target.CredentialId, j.MemberId, 1, j.Now));
        var second = j.Left.OfType<SurveyMailbox>().Last();
        Assert.Equal((2, target), (second.Attempt, second.Target));
        Assert.Equal(
            new[] { item.Source.CredentialId, target.CredentialId }.Order(),
            j.Left.OfType<CredentialGranted>().Where(g => g.ItemId == item.Id && g.Service == "mail").Select(g => g.CredentialId).Distinct().Order());
        await j.AnswerAsync();
        Assert.Equal(ItemState.Verified, (await j.ItemAsync(item.Name)).State);
    }

    [Fact]
    public async Task A_wrong_password_is_asked_again_and_the_right_one_goes_on_by_itself()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        var wrong = new Failure(FailureSide.Source, FailureKind.Refused, FailureCode.AuthenticationFailed, "LOGIN refused");
        j.Otherwise = c => c is SurveyMailbox { Attempt: 1 } s ? [j.Entered(s.ItemId, true, wrong, attempt: s.Attempt)] : null;
        await j.EnterCredentialsAsync();
        var item = await j.ItemAsync("info@asbl.example");

        j.Otherwise = c => c is SurveyMailbox s ? [j.Entered(s.ItemId, true, wrong, attempt: s.Attempt)] : null;
        await j.TellAsync(new CredentialStored(item.Source!.CredentialId, j.MemberId, 2, j.Now));
        await j.AnswerAsync();
        Assert.Equal((ItemState.CredentialsNeeded, FailureCode.AuthenticationFailed), ((await j.ItemAsync(item.Name)).State, (await j.ItemAsync(item.Name)).Failure?.Code));

        j.Otherwise = _ => null;
        await j.TellAsync(new CredentialStored(item.Source!.CredentialId, j.MemberId, 3, j.Now));
        await j.AnswerAsync();
        Assert.Equal(ItemState.Verified, (await j.ItemAsync(item.Name)).State);
    }

    [Fact]
    public async Task An_older_answer_that_arrives_last_does_not_count()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Ready);
        var item = await j.ItemAsync("info@asbl.example");
        var old = j.Entered(item.Id, true, new Failure(FailureSide.Source, FailureKind.Refused, FailureCode.AuthenticationFailed, "old")) with { AsOf = j.Now - TimeSpan.FromDays(1) };
        await j.TellAsync(old);
        Assert.Equal(ItemState.Verified, (await j.ItemAsync(item.Name)).State);
        Assert.Equal(MigrationState.Ready, await j.StateAsync());
    }

    [Fact]
    public async Task The_plan_is_approved_when_every_item_is_verified_or_left_out_and_a_change_needs_a_new_approval()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        var refused = await j.TryAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        Assert.Equal("not-ready", refused?.Code);
        Assert.DoesNotContain(Verbs.ApprovePlan, refused!.Allowed);

        await j.EnterCredentialsAsync();
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        var plan = (await j.LoadAsync()).PlanSha256;
        Assert.Equal(64, plan.Length);

        var item = await j.ItemAsync("contact@asbl.example");
        await j.DoAsync(o => new ExcludeItem(o, "staff-a", j.Id, item.Id, "closed since last year"));
        Assert.Equal(MigrationState.Preparing, await j.StateAsync());
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        Assert.NotEqual(plan, (await j.LoadAsync()).PlanSha256);
    }

    [Fact]
    public async Task A_kind_whose_service_cannot_look_is_never_asked_to_move_anything()
    {
        using var j = await Journey.BeginAsync(world);
        j.NotSurveyed.Add(ItemKind.Site);
        await j.ToAsync(MigrationState.Preparing);
        var end = j.End("ftp", "old.example", "site");
        await j.TellAsync(new CredentialStored(end.CredentialId, j.MemberId, 1, j.Now));
        await j.DoAsync(o => new DeclareItem(o, "staff-a", j.Id, Guid.CreateVersion7(), ItemKind.Site, "www.asbl.example", end, end));
        var site = await j.ItemAsync("www.asbl.example");
        Assert.Equal((ItemState.NeedsStaff, FailureCode.NotSurveyed), (site.State, site.Failure?.Code));
        Assert.Empty(j.Left.OfType<SurveySite>());
        Assert.Equal("invalid", (await j.TryAsync(o => new RetryItem(o, "staff-a", j.Id, site.Id)))?.Code);

        await j.DoAsync(o => new ExcludeKind(o, "staff-a", j.Id, ItemKind.Site, "moved by hand by the new host"));
        Assert.Equal(ItemState.Excluded, (await j.ItemAsync("www.asbl.example")).State);
    }

    [Fact]
    public async Task A_special_application_is_always_a_task_for_people()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        await j.DoAsync(o => new DeclareItem(o, "staff-a", j.Id, Guid.CreateVersion7(), ItemKind.SpecialApplication, "CiviCRM", null, null));
        await j.EnterCredentialsAsync();
        Assert.Equal(ItemState.NeedsStaff, (await j.ItemAsync("CiviCRM")).State);
        Assert.Equal("not-ready", (await j.TryAsync(o => new ApprovePlan(o, "staff-a", j.Id)))?.Code);
        var item = await j.ItemAsync("CiviCRM");
        await j.DoAsync(o => new ExcludeItem(o, "staff-a", j.Id, item.Id, "the member exports it alone"));
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
    }

    [Fact]
    public async Task A_service_that_does_not_answer_has_not_surveyed_until_it_does()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Surveying);
        j.Otherwise = c => c is FindDomains ? [] : null;
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Surveying, await j.StateAsync());
        Assert.Contains("Domain", j.Left.OfType<MigrationAdvanced>().Last().WaitingText, StringComparison.Ordinal);

        await j.AdvanceAsync(TimeSpan.FromHours(1.1));
        Assert.Equal(MigrationState.Preparing, await j.StateAsync());
        Assert.Equal(SurveyOutcome.NotSurveyed, (await j.LoadAsync()).Survey(ItemKind.Domain)?.Outcome);

        await j.TellAsync(j.Surveyed(ItemKind.Domain));
        Assert.Equal(SurveyOutcome.Nothing, (await j.LoadAsync()).Survey(ItemKind.Domain)?.Outcome);
    }

    [Fact]
    public async Task What_staff_declared_and_the_inventory_found_is_one_item()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Surveying);
        var id = Guid.CreateVersion7();
        await j.DoAsync(o => new DeclareItem(o, "staff-a", j.Id, id, ItemKind.Mailbox, " Info@ASBL.example ", null, null));
        await j.AnswerAsync();
        var item = Assert.Single((await j.LoadAsync()).Items, i => Item.Normal(i.Name) == "info@asbl.example");
        Assert.Equal(id, item.Id);
        Assert.NotNull(item.Source);
    }

    [Fact]
    public async Task A_registration_is_answered_and_a_wrong_one_refused()
    {
        using var j = await Journey.BeginAsync(world);
        await j.TellAsync(new RegisterMember(Guid.NewGuid(), "staff-a", Guid.NewGuid(), j.Reference, "New name", "nl", "new@asbl.example"));
        var told = j.Left.OfType<MemberRegistered>().Last();
        Assert.Equal((j.MemberId, "New name", "nl"), (told.MemberId, told.Name, told.Language));

        var wrong = Guid.NewGuid();
        await j.TellAsync(new RegisterMember(wrong, "staff-a", Guid.NewGuid(), "M1", "Name", "fr", "not an address"));
        Assert.Equal(wrong, j.Left.OfType<CommandRefused>().Last().OperationId);
        Assert.False(await world.ReadAsync(db => db.Members.AnyAsync(m => m.Reference == "M1")));
    }
}

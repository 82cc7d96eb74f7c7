using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

/// <summary>A list leaves only after the chosen host's own request and the member's consent to that request.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "lists-26")]
[Trait("Requirement", "lists-27")]
public sealed class ReceivingHostTests(World world)
{
    private const string Name = "membres@listes.example";
    private const string Checked = "called back at its published number";
    private const string Undertaking = "We keep it for the association only.";
    private const string Yes = "Yes, our general assembly decided it.";
    private static readonly ListPart[] All = [ListPart.People, ListPart.Archive, ListPart.HeldPosts, ListPart.Files];

    [Fact]
    public async Task Nothing_leaves_before_the_chosen_host_asked_and_the_member_consented()
    {
        using var j = await PreparedAsync();
        var id = (await j.ItemAsync(Name)).Id;
        Assert.Equal(ItemState.Verified, (await j.ItemAsync(Name)).State);
        Assert.Equal(("not-ready", true), await RefusedAsync(j, o => new ApprovePlan(o, "staff-a", j.Id), "No receiving host was invited"));
        Assert.Equal("staff", Told(j).WaitingFor);

        await j.DoAsync(o => new InviteHost(o, "staff-a", j.Id, id, "Domaine Public", Story.HostKey, Checked, ByMember: false));
        Assert.Equal("provider", Told(j).WaitingFor);
        Assert.Equal(("not-ready", true), await RefusedAsync(j, o => new ApprovePlan(o, "staff-a", j.Id), "has not asked"));
        Assert.Equal("invalid", (await j.TryAsync(o => new ConsentToExport(o, "member", j.Id, id, true, Yes, "")))?.Code);

        await j.DoAsync(o => new RequestExport(o, Story.HostKey, j.Id, id, All, Undertaking, Story.Sheet("listes.example")));
        Assert.Equal("member", Told(j).WaitingFor);
        Assert.Equal(("not-ready", true), await RefusedAsync(j, o => new ApprovePlan(o, "staff-a", j.Id), "has not consented"));
        var letter = Assert.Single((await j.LoadAsync()).Notices, static n => n.Template == "list-consent");
        Assert.Contains(Undertaking, letter.Body, StringComparison.Ordinal);
        Assert.Contains("les archives", letter.Body, StringComparison.Ordinal);
        Assert.Empty(j.Left.OfType<TransferMailingList>());

        var request = (await j.ItemAsync(Name)).Receiving!.Request!;
        await j.DoAsync(o => new ConsentToExport(o, "member", j.Id, id, true, Yes, request.Sha256));
        await j.ToAsync(MigrationState.Ready, MigrationState.CatchingUp);
        var pass = Assert.Single(j.Left.OfType<TransferMailingList>());
        Assert.Equal(("Domaine Public", "listes.example", request.Sha256), (pass.Grant!.Host, pass.Grant.Robot, pass.Grant.RequestSha256));
        Assert.Equal(All, pass.Grant.Scope);
        Assert.Equal(pass.Grant.RequestSha256, Assert.Single(j.Left.OfType<VerifyMailingList>()).Grant?.RequestSha256);
        var told = j.Left.OfType<ItemAdvanced>().Last(i => i.ItemId == id).Arrangement!.Receiving!;
        Assert.Equal((Checked, "staff-a", "member", Yes), (told.Checked, told.InvitedBy, told.Consent!.By, told.Consent.Words));
    }

    [Fact]
    public async Task A_request_by_any_other_host_or_by_staff_is_refused()
    {
        using var j = await PreparedAsync();
        var id = (await j.ItemAsync(Name)).Id;
        Assert.Equal("not-invited", (await j.TryAsync(o => new RequestExport(o, Story.HostKey, j.Id, id, All, Undertaking, Story.Sheet("listes.example"))))?.Code);
        await j.DoAsync(o => new InviteHost(o, "staff-a", j.Id, id, "Domaine Public", Story.HostKey, Checked, ByMember: false));
        foreach (var other in (string[])["another-host", "staff-a", "DOMAINE-PUBLIC", ""])
            Assert.Equal("other-host", (await j.TryAsync(o => new RequestExport(o, other, j.Id, id, All, Undertaking, Story.Sheet("listes.example"))))?.Code);
        Assert.Null((await j.ItemAsync(Name)).Receiving!.Request);
        Assert.Equal("not-found", (await j.TryAsync(o => new RequestExport(o, Story.HostKey, j.Id, Guid.NewGuid(), All, Undertaking, Story.Sheet("listes.example"))))?.Code);
    }

    [Fact]
    public async Task Staff_invite_but_never_put_another_host_in_the_place_of_the_one_that_asked()
    {
        using var j = await PreparedAsync();
        var list = await j.ItemAsync(Name);
        await j.LetLeaveAsync(list);
        Assert.Equal("members-choice", (await j.TryAsync(o => new InviteHost(o, "staff-a", j.Id, list.Id, "Other", "other-host", Checked, ByMember: false)))?.Code);
        Assert.NotNull((await j.ItemAsync(Name)).Grant);
        await j.DoAsync(o => new InviteHost(o, "member", j.Id, list.Id, "Other", "other-host", Checked, ByMember: true));
        Assert.Null((await j.ItemAsync(Name)).Receiving!.Request);
        Assert.False((await j.ItemAsync(Name)).MayLeave);
        Assert.Equal("other-host", (await j.TryAsync(o => new RequestExport(o, Story.HostKey, j.Id, list.Id, All, Undertaking, Story.Sheet("listes.example"))))?.Code);
    }

    [Fact]
    public async Task A_consent_is_to_one_request_and_can_be_taken_back_until_the_switch()
    {
        using var j = await PreparedAsync();
        var list = await j.ItemAsync(Name);
        await j.LetLeaveAsync(list);
        await j.ToAsync(MigrationState.Ready, MigrationState.CatchingUp);
        var first = (await j.ItemAsync(Name)).Receiving!.Request!.Sha256;

        // the host asks for less: what was consented to is over
        await j.DoAsync(o => new RequestExport(o, Story.HostKey, j.Id, list.Id, [ListPart.People], Undertaking, Story.Sheet("listes.example")));
        Assert.Equal("version-changed", (await j.TryAsync(o => new ConsentToExport(o, "member", j.Id, list.Id, true, Yes, first)))?.Code);
        var passes = j.Left.OfType<TransferMailingList>().Count();
        await j.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Equal(passes, j.Left.OfType<TransferMailingList>().Count());
        Assert.Equal("not-ready", (await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now, j.Now.AddDays(1))))?.Code);

        var second = (await j.ItemAsync(Name)).Receiving!.Request!.Sha256;
        await j.DoAsync(o => new ConsentToExport(o, "member", j.Id, list.Id, true, Yes, second));
        await j.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Equal([ListPart.People], j.Left.OfType<TransferMailingList>().Last().Grant!.Scope);
        passes = j.Left.OfType<TransferMailingList>().Count();

        await j.DoAsync(o => new ConsentToExport(o, "member", j.Id, list.Id, false, "We changed our minds about it.", second));
        await j.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Equal(passes, j.Left.OfType<TransferMailingList>().Count());

        await j.DoAsync(o => new ConsentToExport(o, "member", j.Id, list.Id, true, Yes, second));
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        Assert.Equal("transition-not-allowed", (await j.TryAsync(o => new ConsentToExport(o, "member", j.Id, list.Id, false, "We changed our minds about it.", second)))?.Code);
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
        Assert.Contains(Yes, j.Left.OfType<DossierDelivered>().Single().Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_asks_again_while_a_pass_runs_waits_for_its_end_and_the_comparison_is_of_what_was_consented_to()
    {
        using var j = await PreparedAsync();
        var list = await j.ItemAsync(Name);
        await j.LetLeaveAsync(list);
        j.Otherwise = c => c is TransferMailingList ? [] : null;
        await j.ToAsync(MigrationState.Ready, MigrationState.Copying);
        await j.AnswerAsync();
        var pass = Assert.Single(j.Left.OfType<TransferMailingList>());
        Task<CommandRefused?> AskAsync(IReadOnlyList<ListPart> scope) => j.TryAsync(o => new RequestExport(o, Story.HostKey, j.Id, list.Id, scope, Undertaking, Story.Sheet("listes.example")));
        Assert.Equal("transition-not-allowed", (await AskAsync([ListPart.People]))?.Code);
        Assert.Equal("transition-not-allowed", (await j.TryAsync(o => new InviteHost(o, "member", j.Id, list.Id, "Other", "other-host", Checked, ByMember: true)))?.Code);

        await j.TellAsync(j.Transferred(list.Id, pass.Pass));
        Assert.Equal("transition-not-allowed", (await AskAsync([ListPart.People]))?.Code);
        var comparison = Assert.Single(j.Left.OfType<VerifyMailingList>());
        Assert.Equal((pass.Grant!.RequestSha256, false), (comparison.Grant!.RequestSha256, comparison.MovedByHost));
        await j.TellAsync(j.Verified(list.Id, pass.Pass));
        Assert.Null(await AskAsync([ListPart.People]));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        using var j = await PreparedAsync();
        var id = (await j.ItemAsync(Name)).Id;
        Assert.Equal("invalid", (await j.TryAsync(o => new InviteHost(o, "staff-a", j.Id, id, " ", Story.HostKey, Checked, false)))?.Code);
        Assert.Equal("invalid", (await j.TryAsync(o => new InviteHost(o, "staff-a", j.Id, id, "Host", Story.HostKey, "phoned", false)))?.Code);
        await j.DoAsync(o => new InviteHost(o, "staff-a", j.Id, id, "Domaine Public", Story.HostKey, Checked, ByMember: false));
        Task<CommandRefused?> AskAsync(IReadOnlyList<ListPart> scope, HostSheet sheet) => j.TryAsync(o => new RequestExport(o, Story.HostKey, j.Id, id, scope, Undertaking, sheet));
        Assert.Equal("invalid", (await AskAsync([ListPart.Archive], Story.Sheet("listes.example")))?.Code);
        Assert.Equal("invalid", (await AskAsync([ListPart.People, ListPart.People], Story.Sheet("listes.example")))?.Code);
        Assert.Equal("invalid", (await AskAsync(All, Story.Sheet("")))?.Code);
        Assert.Equal("invalid", (await AskAsync(All, Story.Sheet("elsewhere.example")))?.Code);
        Assert.Null(await AskAsync(All, Story.Sheet("listes.example")));
    }

    private async Task<Journey> PreparedAsync()
    {
        var j = await Journey.BeginAsync(world);
        j.Found.Clear();
        j.Found.Add(new FoundItem(ItemKind.MailingList, Name, j.End("sympa", "old.example", Name), null, null));
        await j.ToAsync(MigrationState.Preparing);
        await j.EnterCredentialsAsync(lists: false);
        return j;
    }

    private static MigrationAdvanced Told(Journey j) => j.Left.OfType<MigrationAdvanced>().Last();

    private static async Task<(string?, bool)> RefusedAsync(Journey j, Func<Guid, object> command, string text)
    {
        var refused = await j.TryAsync(command);
        return (refused?.Code, refused?.Detail.Contains(text, StringComparison.Ordinal) ?? false);
    }
}

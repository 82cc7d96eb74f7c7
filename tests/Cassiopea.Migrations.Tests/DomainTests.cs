using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

/// <summary>The member's consent, the rights over a domain, and the order of everything that is seen outside.</summary>
[Trait("Category", "Servers")]
public sealed class DomainTests(World world)
{
    private const string Name = "asbl.example";
    private static FoundItem Domain => new(ItemKind.Domain, Name, null, null, null);

    [Fact]
    [Trait("Requirement", "domains-D10")]
    public async Task Without_the_member_s_consent_nothing_of_DNS_is_touched()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(Domain);
        await j.ToAsync(MigrationState.CatchingUp);
        Assert.Contains("consent-to-switch", (await j.LastAsync()).Allowed);
        Assert.Equal("invalid", (await j.TryAsync(o => new ConsentToSwitch(o, "member", j.Id, "yes")))?.Code);
        var (opens, closes) = (j.Now, j.Now.AddDays(2));
        await j.DoAsync(o => new ApproveCutOver(o, "staff-a", j.Id, opens, closes));
        await j.DoAsync(o => new ApproveCutOver(o, "staff-b", j.Id, opens, closes));
        var told = await j.LastAsync();
        Assert.Equal(("member", true), (told.WaitingFor, told.WaitingText.Contains("consent", StringComparison.Ordinal)));
        await j.AdvanceAsync(TimeSpan.FromHours(20));
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        Assert.DoesNotContain(j.Left, m => m is LowerTtl or CutOverZone);

        await j.DoAsync(o => new ConsentToSwitch(o, "member", j.Id, "the board agreed on 2 March"));
        Assert.Single(j.Left.OfType<LowerTtl>());
        Assert.DoesNotContain("consent-to-switch", (await j.LastAsync()).Allowed);
        await j.AnswerAsync();
        await j.AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
    }

    [Fact]
    [Trait("Requirement", "domains-D10")]
    public async Task A_switch_that_was_undone_needs_another_consent()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.RolledBack);
        Assert.Null((await j.LoadAsync()).SwitchConsentAt);
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task The_mailbox_that_the_registrar_writes_to_is_neither_dropped_nor_switched_before_the_rights_are_recovered()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(Domain);
        await j.ToAsync(MigrationState.Preparing);
        await TellRightsAsync(j, RightsState.Open, "info@asbl.example");
        var (held, free) = (await j.ItemAsync("info@asbl.example"), await j.ItemAsync("contact@asbl.example"));
        Assert.Contains("Registrar or registry", (await j.TryAsync(o => new ChooseStrategy(o, "member", j.Id, held.Id, MailboxStrategy.Drop, null)))!.Detail, StringComparison.Ordinal);
        Assert.Contains("Registrar or registry", (await j.TryAsync(o => new ExcludeItem(o, "staff-a", j.Id, held.Id, "nobody reads it any more")))!.Detail, StringComparison.Ordinal);
        await j.DoAsync(o => new ChooseStrategy(o, "member", j.Id, free.Id, MailboxStrategy.Drop, null));
        await j.DoAsync(o => new ChooseStrategy(o, "member", j.Id, free.Id, MailboxStrategy.MoveAll, null));
        await j.ToAsync(MigrationState.Preparing, MigrationState.CatchingUp);
        var refused = await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now, j.Now.AddDays(1)));
        Assert.Contains("rights over the domain are not recovered", refused!.Detail, StringComparison.Ordinal);

        await TellRightsAsync(j, RightsState.Recovered, "info@asbl.example");
        await j.DoAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now, j.Now.AddDays(1)));
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task The_mailbox_that_the_registrar_writes_to_is_not_dropped_with_its_kind_nor_by_leaving_out_its_domain()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Clear();
        j.Found.Add(Domain);
        j.NotSurveyed.Add(ItemKind.Mailbox);
        await j.ToAsync(MigrationState.Preparing);
        var id = Guid.CreateVersion7();
        await j.DoAsync(o => new DeclareItem(o, "staff-a", j.Id, id, ItemKind.Mailbox, "info@asbl.example", j.End("imap", "old.example", "info"), null));
        await TellRightsAsync(j, RightsState.Open, "info@asbl.example");
        var refused = await j.TryAsync(o => new ExcludeKind(o, "staff-a", j.Id, ItemKind.Mailbox, "nobody reads them any more"));
        Assert.Equal("transition-not-allowed", refused!.Code);
        Assert.Contains(id.ToString(), refused.Detail, StringComparison.Ordinal);
        Assert.Contains("Registrar or registry", refused.Detail, StringComparison.Ordinal);

        var domain = (await j.ItemAsync(Name)).Id;
        await j.DoAsync(o => new ExcludeItem(o, "staff-a", j.Id, domain, "its owner moves it without us"));
        Assert.NotNull(await j.TryAsync(o => new ExcludeItem(o, "staff-a", j.Id, id, "nobody reads it any more")));
        Assert.NotNull(await j.TryAsync(o => new ExcludeKind(o, "staff-a", j.Id, ItemKind.Mailbox, "nobody reads them any more")));
        Assert.NotEqual(ItemState.Excluded, (await j.ItemAsync("info@asbl.example")).State);

        await TellRightsAsync(j, RightsState.Recovered, "info@asbl.example");
        await j.DoAsync(o => new ExcludeKind(o, "staff-a", j.Id, ItemKind.Mailbox, "nobody reads them any more"));
        Assert.Equal(ItemState.Excluded, (await j.ItemAsync("info@asbl.example")).State);
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task What_was_true_of_the_rights_earlier_and_comes_later_changes_nothing()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(Domain);
        await j.ToAsync(MigrationState.Preparing);
        var (domain, earlier) = ((await j.ItemAsync(Name)).Id, j.Now.AddMinutes(-1));
        await TellRightsAsync(j, RightsState.Recovered, "info@asbl.example");
        await j.TellAsync(new DomainRightsChanged(j.Id, domain, new(RightsState.Open, null, "", null, false, "", []), earlier));
        Assert.Equal(RightsState.Recovered, (await j.ItemAsync(Name)).Rights!.State);
        await TellRightsAsync(j, RightsState.Open, "info@asbl.example");
        Assert.Equal(RightsState.Open, (await j.ItemAsync(Name)).Rights!.State);
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    [Trait("Requirement", "domains-D20")]
    public async Task A_domain_left_on_the_last_rung_is_handed_over_only_with_a_custodian_and_paid_past_the_closing()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(Domain);
        await j.ToAsync(MigrationState.Watching);
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        var domain = await j.ItemAsync(Name);
        async Task<string?> OpenAsync(DomainRights rights)
        {
            await j.TellAsync(new DomainRightsChanged(j.Id, domain.Id, rights, j.Now));
            return (await j.LastAsync()).Allowed.Contains("hand-over") ? null : (await j.TryAsync(o => new HandOver(o, "staff-a", j.Id)))!.Detail;
        }

        DomainRights pending = new(RightsState.Pending, RecoveryRung.OwnershipProof, "", null, false, "", ["holder-differs"]);
        Assert.Contains("holder at the registry", await OpenAsync(pending), StringComparison.Ordinal);
        Assert.Contains("without a named custodian", await OpenAsync(pending with { Tasks = [] }), StringComparison.Ordinal);
        Assert.Contains("not paid past the closing", await OpenAsync(pending with { Tasks = [], Custodian = "Marc" }), StringComparison.Ordinal);
        Assert.Null(await OpenAsync(pending with { Tasks = [], Custodian = "Marc", PaidUntil = j.Now.AddYears(2), PaidPastClosing = true }));
        Assert.Equal(RightsState.Pending, j.Left.OfType<ItemAdvanced>().Last(i => i.ItemId == domain.Id).Arrangement!.Rights!.State);
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task The_gateway_may_read_a_transfer_code_until_it_expires()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(Domain);
        await j.ToAsync(MigrationState.Watching);
        var (domain, code) = (await j.ItemAsync(Name), Guid.CreateVersion7());
        await j.TellAsync(new TransferCodePrepared(j.Id, domain.Id, code, false, j.Now.AddDays(7), j.Now));
        var granted = j.Left.OfType<CredentialGranted>().Last();
        Assert.Equal((code, j.MemberId, "gateway"), (granted.CredentialId, granted.MemberId, granted.Service));
        Assert.Equal(j.Now.AddDays(7), granted.Until, TimeSpan.FromSeconds(1));
    }

    /// <summary>Every command that can be seen outside our own copies, in the order in which it left.</summary>
    [Fact]
    [Trait("Requirement", "domains-D8")]
    [Trait("Requirement", "domains-D13")]
    public async Task What_is_seen_outside_happens_in_one_order_only()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Clear();
        j.Found.AddRange(
        [
            j.Mailbox("info@asbl.example"),
            new FoundItem(ItemKind.Site, "www.asbl.example", j.End("ftp", "old.example", "www"), null, null),
            new FoundItem(ItemKind.Database, "asbl", j.End("mysql", "old.example", "asbl"), null, null),
            new FoundItem(ItemKind.MailingList, "membres@listes.example", j.End("sympa", "old.example", "membres"), null, null),
            Domain,
        ]);
        await j.ToAsync(MigrationState.CatchingUp);
        var site = await j.ItemAsync("www.asbl.example");
        if (site.LacksStatistics)
            await j.DoAsync(o => new AnswerStatistics(o, "member", j.Id, site.Id, false));
        Assert.DoesNotContain(j.Left, m => IsSeen(m));
        await j.ApproveWindowAsync();
        Assert.IsType<LowerTtl>(Assert.Single(j.Left, m => IsSeenButFreeze(m)));
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());

        var order = j.Left.Where(IsStep).ToList();
        Before<LowerTtl>(order, m => m is FreezeMailingList);
        Before<FreezeMailingList>(order, m => m is TransferMailingList { Bucket: Bucket.CutOver });
        foreach (var last in (Func<object, bool>[])[m => m is VerifyMailbox { Bucket: Bucket.CutOver }, m => m is VerifySite { Bucket: Bucket.CutOver }, m => m is VerifyDatabase { Bucket: Bucket.CutOver }, m => m is VerifyMailingList { Bucket: Bucket.CutOver }, m => m is ConfigureSite])
        {
            Assert.Contains(order, o => last(o));
            After<CutOverZone>(order, last);
        }

        Assert.Single(order.OfType<LowerTtl>());
        Assert.Single(order.OfType<CutOverZone>());
        var zone = j.Left.IndexOf(j.Left.OfType<CutOverZone>().Single());
        var over = (await j.ItemAsync(Name)).OldTtlsOverAt!.Value;
        Assert.True(over > j.Now);

        // old answers last for hours: mail that still comes to the old host is fetched, and the list stays frozen there
        await j.AdvanceAsync(over - j.Now + TimeSpan.FromHours(30));
        Assert.Contains(j.Left.Skip(zone), m => m is TransferMailbox { Bucket: Bucket.CutOver });
        Assert.DoesNotContain(j.Left.Skip(zone), m => m is UnfreezeMailingList or RollBackZone or LowerTtl);
        Assert.True((await j.LoadAsync()).Items.All(i => i.State == ItemState.CutOver));

        static bool IsStep(object m) => IsSeen(m) || m is TransferMailingList or VerifyMailbox or VerifySite or VerifyDatabase or VerifyMailingList or ConfigureSite;
        static bool IsSeen(object m) => IsSeenButFreeze(m) || m is FreezeMailingList;
        static bool IsSeenButFreeze(object m) => m is LowerTtl or CutOverZone or UnfreezeMailingList or RollBackZone;
    }

    [Fact]
    [Trait("Requirement", "domains-D8")]
    public async Task A_window_that_opens_before_the_old_TTLs_are_over_waits_for_them()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(Domain);
        await j.ToAsync(MigrationState.CatchingUp);
        await j.DoAsync(o => new ConsentToSwitch(o, "member", j.Id, "by letter of 2 March"));
        var (opens, closes) = (j.Now, j.Now.AddDays(3));
        j.Otherwise = c => c is LowerTtl t ? [new TtlLowered(j.Id, t.ItemId, j.Now.AddDays(1))] : null;
        await j.DoAsync(o => new ApproveCutOver(o, "staff-a", j.Id, opens, closes));
        await j.DoAsync(o => new ApproveCutOver(o, "staff-b", j.Id, opens, closes));
        await j.AnswerAsync();
        await j.AdvanceAsync(TimeSpan.FromHours(23));
        Assert.DoesNotContain(j.Left, m => m is CutOverZone or TransferMailbox { Bucket: Bucket.CutOver });
        await j.AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Single(j.Left.OfType<CutOverZone>());
    }

    private static async Task TellRightsAsync(Journey j, RightsState state, string mail) =>
        await j.TellAsync(new DomainRightsChanged(
            j.Id, (await j.ItemAsync(Name)).Id,
            new(state, null, "", null, false, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mail))), []), j.Now));

    private static void Before<TFirst>(List<object> order, Func<object, bool> then) =>
        Assert.True(order.FindIndex(m => m is TFirst) is >= 0 and var first && order.FindIndex(m => then(m)) is var second && first < second, string.Join(" → ", order.Select(m => m.GetType().Name)));

    private static void After<TLast>(List<object> order, Func<object, bool> earlier) =>
        Assert.True(order.FindLastIndex(m => earlier(m)) < order.FindIndex(m => m is TLast), string.Join(" → ", order.Select(m => m.GetType().Name)));
}

internal static class LastWord
{
    /// <summary>What was told of the migration last.</summary>
    public static Task<MigrationAdvanced> LastAsync(this Journey j) => Task.FromResult(j.Left.OfType<MigrationAdvanced>().Last());
}

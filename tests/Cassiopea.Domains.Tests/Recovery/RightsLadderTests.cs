using Cassiopea.Contracts;
using Cassiopea.Zones;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Domains.Tests.Recovery;

[Trait("Requirement", "domains-D14")]
public sealed class RightsLadderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
    private static readonly LadderFacts Ready = new(SiteVerified: true, Managed: true, Custodian: "Cassiopea liquidation, Rue X 1");

    [Fact]
    public void The_ladder_is_climbed_rung_by_rung_until_the_owner_has_the_rights()
    {
        var ladder = RightsLadder.Of(null);
        foreach (var rung in (RecoveryRung[])[RecoveryRung.Notified, RecoveryRung.Released, RecoveryRung.HandleTold, RecoveryRung.PasswordRecovery])
        {
            Assert.Equal(rung, ladder.Next);
            ladder = RightsLadder.Of(ladder.With(Done(rung), Ready).ToJson());
        }

        Assert.True(ladder is { Recovered: true, Next: null, Pending: false });
        Assert.Throws<RungRefusedException>(() => ladder.With(Done(RecoveryRung.NameServersOnly), Ready));
    }

    [Theory]
    [InlineData(RecoveryRung.Released)]
    [InlineData(RecoveryRung.HandleTold)]
    [InlineData(RecoveryRung.PasswordRecovery)]
    [InlineData(RecoveryRung.OwnershipProof)]
    [InlineData(RecoveryRung.NameServersOnly)]
    public void No_rung_is_skipped(RecoveryRung rung) => Assert.Throws<RungRefusedException>(() => RightsLadder.Of(null).With(Done(rung), Ready));

    [Fact]
    public void The_last_resort_needs_both_recoveries_failed_the_site_verified_and_the_domain_still_ours()
    {
        var told = Climb(RecoveryRung.Notified, RecoveryRung.Released, RecoveryRung.HandleTold);
        Refused(told, Ready, "PasswordRecovery is not recorded as failed");
        var password = told.With(Failed(RecoveryRung.PasswordRecovery), Ready);
        Assert.Equal(RecoveryRung.OwnershipProof, password.Next);
        Refused(password, Ready, "OwnershipProof is not recorded as failed");
        var both = password.With(Failed(RecoveryRung.OwnershipProof), Ready);
        Assert.Equal(RecoveryRung.NameServersOnly, both.Next);
        Refused(both, Ready with { SiteVerified = false }, "not verified at the new host");
        Refused(both, Ready with { Managed = false }, "not in our account any more");
        Refused(both, Ready with { Managed = null }, "Nobody asked the registrar");
        Refused(both, Ready with { Custodian = "" }, "Name the custodian");
        var last = both.With(Done(RecoveryRung.NameServersOnly), Ready);
        Assert.True(last is { Pending: true, Recovered: false });
        var proven = last.With(Done(RecoveryRung.OwnershipProof), Ready);
        Assert.True(proven is { Pending: false, Recovered: true });
    }

    [Fact]
    public void No_handle_is_released_while_another_member_s_domain_hangs_on_it()
    {
        var told = Climb(RecoveryRung.Notified);
        Assert.Contains("2 domains of other members", Assert.Throws<RungRefusedException>(() => told.With(Done(RecoveryRung.Released), Ready with { OthersOnHandle = 2 })).Message, StringComparison.Ordinal);
        Assert.Equal(RecoveryRung.HandleTold, told.With(Done(RecoveryRung.Released), Ready).Next);
    }

    [Fact]
    public void A_failure_says_what_was_tried()
    {
        var told = Climb(RecoveryRung.Notified, RecoveryRung.Released, RecoveryRung.HandleTold);
        Assert.Throws<RungRefusedException>(() => told.With(Failed(RecoveryRung.PasswordRecovery) with { Note = "no" }, Ready));
    }

    [Fact]
    public void Rules_of_an_ending_are_told_before_a_transfer()
    {
        var young = Domain("asbl.org", Now.AddDays(-10), "clientTransferProhibited");
        Assert.Equal(["transfer-locked", "transfer-too-new", "owner-change-locks", "code-from-registrar"], TldRule.Standard("org").Advice(young, Now).Select(static finding => finding.Id));
        var belgian = TldRule.Standard("be").Advice(Domain("asbl.be", Now.AddDays(-10), "clientTransferProhibited"), Now).ToList();
        Assert.Contains("valid 7 days", Assert.Single(belgian).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(new TldRule { DaysAfterCreation = 5, DaysAfterOwnerChange = 0 }.Advice(young, Now), static finding => finding.Id is "transfer-too-new" or "owner-change-locks");
    }

    private static GandiDomain Domain(string name, DateTimeOffset created, params string[] status) =>
        new(DnsName.Parse(name + "."), status, [], Now.AddYears(1), true, "cassiopea", [], true, created);

    private static RungRecord Done(RecoveryRung rung) => new(rung, RungOutcome.Done, "staff", Now, "");

    private static RungRecord Failed(RecoveryRung rung) => new(rung, RungOutcome.Failed, "staff", Now, "tried twice with the owner on the telephone");

    private static RightsLadder Climb(params RecoveryRung[] rungs) => rungs.Aggregate(RightsLadder.Of(null), static (ladder, rung) => ladder.With(Done(rung), Ready));

    private static void Refused(RightsLadder ladder, LadderFacts facts, string because) =>
        Assert.Contains(because, Assert.Throws<RungRefusedException>(() => ladder.With(Done(RecoveryRung.NameServersOnly), facts)).Message, StringComparison.Ordinal);
}

using Cassiopea.Lab.Seed;
using Cassiopea.Transfer;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Zones.Tests.Planning;

public sealed class ZonePlanTests
{
    private static readonly Zone Old = ZoneFileReader.Read(ZoneSeed.OldHost("asbl-exemple.be")).Zone;
    private static readonly Zone New = ZoneFileReader.Read(ZoneSeed.NewHost("asbl-exemple.be")).Zone;

    [Fact]
    [Trait("Requirement", "domains-D6")]
    public void A_plan_is_the_same_text_each_time_and_survives_its_journal()
    {
        var plan = ZonePlan.Make("powerdns", Old, New);
        Assert.Equal(plan.Json, ZonePlan.Make("powerdns", Old.WithSerial(9), New).Json);
        Assert.Equal(plan.Sha256, ZonePlan.FromJson(plan.Json).Sha256);
        Assert.Equal(PlanStanding.Untouched, plan.Standing(Old.WithSerial(3)));
        Assert.Equal(PlanStanding.Done, plan.Standing(New));
    }

    [Fact]
    [Trait("Requirement", "domains-D6")]
    public void A_zone_that_somebody_changed_or_that_is_half_written_is_told_apart()
    {
        var plan = ZonePlan.Make("powerdns", Old, New);
        var touched = Old.With(new RecordSet(DnsName.Parse("x.asbl-exemple.be."), RecordType.A, 60, [RecordData.Parse(RecordType.A, "192.0.2.3")]));
        Assert.Equal(PlanStanding.ChangedByOthers, plan.Standing(touched));
        Assert.Equal(PlanStanding.ChangedByOthers, plan.Standing(null));
        var half = Old.With(plan.Changes.Where(static change => change.After is not null).Take(3).Select(static change => change.After!));
        Assert.Equal(PlanStanding.Halfway, plan.Standing(half));
        Assert.Equal(PlanStanding.ChangedByOthers, plan.Standing(half.Without(DnsName.Parse("*.asbl-exemple.be."), RecordType.A)));
    }

    [Fact]
    [Trait("Requirement", "domains-D16")]
    public void Above_thirty_per_cent_of_deletions_a_reason_is_needed()
    {
        var few = new Zone(Old.Origin, Old.Sets.Take(10));
        var plan = ZonePlan.Make("powerdns", Old, few);
        Assert.InRange(plan.DeletedPercent, 31, 99);
        Assert.ThrowsAny<ZoneException>(() => plan.Guard(ZoneApply.MostDeletedPercent, ""));
        plan.Guard(ZoneApply.MostDeletedPercent, "the old names are not used any more");
        ZonePlan.Make("powerdns", Old, new Zone(Old.Origin, Old.Sets.Skip(1).SkipLast(3))).Guard(ZoneApply.MostDeletedPercent, "");
    }

    [Fact]
    [Trait("Requirement", "domains-D4")]
    public void A_difference_leaves_out_what_belongs_to_the_provider_and_blocks_where_mail_is_lost()
    {
        Assert.Empty(ZoneDifference.Between(Old, Old.WithSerial(5)));
        var lost = ZoneDifference.Between(Old, Old.Without(Old.Origin, RecordType.Mx).Without(Old.Origin, RecordType.Aaaa));
        Assert.Equal([(RecordType.Mx, Severity.Blocking), (RecordType.Aaaa, Severity.Warning)], lost.Select(static one => (one.Type, one.Severity)));
        var noSpf = Old.With(new RecordSet(Old.Origin, RecordType.Txt, 60, [RecordData.OfText("google-site-verification=1")]));
        Assert.Equal(Severity.Blocking, Assert.Single(ZoneDifference.Between(Old, noSpf)).Severity);
        var recut = Old.With(new RecordSet(DnsName.Parse("cass1._domainkey.asbl-exemple.be."), RecordType.Txt, 60, [RecordData.OfText(Old.Find(DnsName.Parse("cass1._domainkey.asbl-exemple.be."), RecordType.Txt)!.Data[0].JoinedText!)]));
        Assert.Equal(DifferenceKind.OtherTtl, Assert.Single(ZoneDifference.Between(Old, recut)).Kind);
    }

    [Fact]
    public async Task A_file_is_written_once_and_rolled_back_octet_for_octet()
    {
        var folder = Directory.CreateTempSubdirectory("zones-");
        try
        {
            var provider = new ZoneFileProvider(folder.FullName);
            await File.WriteAllTextAsync(provider.PathOf(Old.Origin), Old.Text);
            var journal = new FileApplyJournal(Path.Combine(folder.FullName, "journal.json"));
            var apply = new ZoneApply(provider, journal, TimeProvider.System);
            var plan = ZonePlan.Make("file", await provider.ReadAsync(Old.Origin, default), New);
            Assert.True((await apply.RunAsync(plan, "", default)).Asked);
            Assert.False((await apply.RunAsync(plan, "", default)).Asked);
            Assert.Empty(ZoneDifference.Between(New, (await provider.ReadAsync(Old.Origin, default))!));
            var back = await apply.RollBackAsync("", default);
            Assert.Equal(Old.WithSerial(0).Text, back!.WithSerial(0).Text);
            Assert.True(back.Soa!.Serial > Old.Soa!.Serial);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    [Trait("Requirement", "domains-D6")]
    public async Task A_plan_made_before_somebody_changed_the_zone_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("zones-");
        try
        {
            var provider = new ZoneFileProvider(folder.FullName);
            await File.WriteAllTextAsync(provider.PathOf(Old.Origin), Old.Text);
            var plan = ZonePlan.Make("file", await provider.ReadAsync(Old.Origin, default), New);
            await File.WriteAllTextAsync(provider.PathOf(Old.Origin), Old.Text + "late 60 A 192.0.2.9\n");
            var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => new ZoneApply(provider, new CrashingJournal(), TimeProvider.System).RunAsync(plan, "", default));
            Assert.Equal(TransferCode.ItemAltered, refused.Code);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("fr", "Enregistrements DNS")]
    [InlineData("nl", "Aan te maken")]
    [InlineData("en", "DNS records to create")]
    public void Records_are_printed_for_people_of_three_languages(string language, string title)
    {
        var sheet = RecordSheet.Write(New, language);
        Assert.StartsWith(title, sheet, StringComparison.Ordinal);
        Assert.Contains("MX", sheet, StringComparison.Ordinal);
        Assert.DoesNotContain("SOA", sheet, StringComparison.Ordinal);
    }
}

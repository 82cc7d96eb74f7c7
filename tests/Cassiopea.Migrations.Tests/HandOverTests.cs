using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Dossiers;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Tests;

/// <summary>Watching, the member's approval, the hand-over, the dossier and the erasure.</summary>
[Trait("Category", "Servers")]
public sealed class HandOverTests(World world)
{
    [Fact]
    public async Task Stragglers_are_collected_until_the_old_place_is_quiet()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Watching);
        var verified = j.Left.OfType<VerifyMailbox>().Count();
        var last = j.Now + TimeSpan.FromDays(1.5);
        j.Otherwise = c => c is TransferMailbox t && j.Now < last ? [j.Transferred(t.ItemId, t.Pass, copied: 2)] : null;
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        Assert.Equal("open-points", (await j.TryAsync(o => new HandOver(o, "staff-a", j.Id)))?.Code);
        Assert.Equal(verified, j.Left.OfType<VerifyMailbox>().Count());

        await j.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Contains(Verbs.HandOver, j.Left.OfType<MigrationAdvanced>().Last().Allowed);
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
    }

    [Fact]
    public async Task A_kind_that_was_not_surveyed_keeps_the_hand_over_shut_until_it_is_excluded_with_a_reason()
    {
        using var j = await Journey.BeginAsync(world);
        j.NotSurveyed.UnionWith([ItemKind.Site, ItemKind.Domain]);
        await j.ToAsync(MigrationState.Watching);
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        var refused = await j.TryAsync(o => new HandOver(o, "staff-a", j.Id));
        Assert.Equal("open-points", refused?.Code);
        Assert.Contains("Site was not surveyed", refused!.Detail, StringComparison.Ordinal);
        Assert.Contains("Domain was not surveyed", refused.Detail, StringComparison.Ordinal);

        Assert.Equal("invalid", (await j.TryAsync(o => new ExcludeKind(o, "staff-a", j.Id, ItemKind.Site, "short")))?.Code);
        Assert.Equal("invalid", (await j.TryAsync(o => new ExcludeKind(o, "staff-a", j.Id, ItemKind.Mailbox, "was surveyed well")))?.Code);
        await j.DoAsync(o => new ExcludeKind(o, "staff-a", j.Id, ItemKind.Site, "the member has none, asked by telephone"));
        await j.DoAsync(o => new ExcludeKind(o, "staff-a", j.Id, ItemKind.Domain, "the member has none, asked by telephone"));
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
        Assert.Contains("asked by telephone", j.Left.OfType<DossierDelivered>().Single().Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Differences_are_told_first_and_count_as_approved_after_the_announced_days()
    {
        using var j = await WithDifferencesAsync();
        Assert.Contains(j.Left.OfType<NoticeSent>(), n => n.Template == "differences-found");
        await j.AdvanceAsync(TimeSpan.FromDays(13));
        Assert.Equal("open-points", (await j.TryAsync(o => new HandOver(o, "staff-a", j.Id)))?.Code);
        Assert.Equal("member", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);

        await j.AdvanceAsync(TimeSpan.FromDays(1.5));
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
        Assert.All((await j.LoadAsync()).Items, i => Assert.Equal((ItemState.DoneWithExceptions, true), (i.State, i.ExceptionsApproved)));
    }

    [Fact]
    public async Task The_member_approves_the_differences_of_one_item_or_of_all()
    {
        using var j = await WithDifferencesAsync();
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        var item = await j.ItemAsync("info@asbl.example");
        Assert.Equal("not-found", (await j.TryAsync(o => new ApproveDifferences(o, "member", j.Id, Guid.NewGuid(), "lu")))?.Code);
        await j.DoAsync(o => new ApproveDifferences(o, "member", j.Id, item.Id, "Lu et approuvé"));
        Assert.Equal("open-points", (await j.TryAsync(o => new HandOver(o, "staff-a", j.Id)))?.Code);
        await j.DoAsync(o => new ApproveDifferences(o, "member", j.Id, null, "Lu et approuvé"));
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
        Assert.Contains("Lu et approuvé", j.Left.OfType<DossierDelivered>().Single().Json, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Requirement", "journey-C12")]
    [InlineData("fr", "Dossier de départ")]
    [InlineData("nl", "Vertrekdossier")]
    [InlineData("en", "Departure dossier")]
    public async Task The_dossier_is_complete_self_contained_in_the_member_s_language_and_holds_no_secret(string language, string title)
    {
        using var j = await Journey.BeginAsync(world, language).ToAsync(MigrationState.Preparing);
        var left = await j.ItemAsync("contact@asbl.example");
        await j.DoAsync(o => new ExcludeItem(o, "staff-a", j.Id, left.Id, "closed <since> last year"));
        await j.EnterCredentialsAsync();
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        await j.DoAsync(o => new StartCopy(o, "staff-a", j.Id));
        await j.AnswerAsync();
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));

        var told = j.Left.OfType<DossierDelivered>().Single();
        Assert.Equal(told.Sha256, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(told.Json))));
        Assert.StartsWith($"<!doctype html>\n<html lang=\"{language}\">", told.Html, StringComparison.Ordinal);
        Assert.Contains(title, told.Html, StringComparison.Ordinal);
        Assert.Contains("closed &lt;since&gt; last year", told.Html, StringComparison.Ordinal);
        Assert.Contains("Asbl &lt;Été&gt; &amp; Co", told.Html, StringComparison.Ordinal);
        Assert.Contains("new.example", told.Html, StringComparison.Ordinal);
        Assert.Contains(told.Sha256, told.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", told.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", told.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("credentialId", told.Json, StringComparison.OrdinalIgnoreCase);

        // the same facts give the same bytes
        var m = await j.LoadAsync();
        m.Turn = new Turn(m.HandedOverAt!.Value, new MigrationsOptions(), await world.ReadAsync(db => db.Members.SingleAsync(x => x.Id == j.MemberId)), new Dictionary<Guid, int>());
        var key = DossierKey(told.Json);
        var again = Dossier.Build(m, key);
        Assert.Equal((told.Json, told.Html), (again.Json, again.Html));
        using var print = UglyToad.PdfPig.PdfDocument.Open(told.Pdf!);
        var printed = string.Concat(print.GetPages().Select(page => page.Text));
        Assert.Contains("Asbl <Été> & Co", printed, StringComparison.Ordinal);
        Assert.Contains("new.example", printed, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "sec-S4")]
    public async Task Credentials_are_erased_after_the_hand_over_and_the_receipt_is_signed()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.HandedOver);
        Assert.Single(j.Left.OfType<CredentialGrantsEnded>());
        Assert.Single(j.Left.OfType<EraseCredentials>());
        j.Asked.Clear();

        // no receipt in time: asked again, and staff are told
        await j.AdvanceAsync(TimeSpan.FromHours(24.1), answer: false);
        Assert.Equal(2, j.Left.OfType<EraseCredentials>().Count());
        Assert.Equal("staff", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);

        await j.AnswerAsync();
        var receipt = await world.ReadAsync(db => db.Receipts.AsNoTracking().SingleAsync(r => r.MigrationId == j.Id));
        Assert.True(ErasureReceipt.Verify(receipt.Json, receipt.Signature, receipt.PublicKeyPem));
        Assert.False(ErasureReceipt.Verify(receipt.Json.Replace("\"credentials\":4", "\"credentials\":5", StringComparison.Ordinal), receipt.Signature, receipt.PublicKeyPem));
        Assert.Equal(DossierKey(j.Left.OfType<DossierDelivered>().Single().Json), receipt.PublicKeyPem);
        Assert.Equal("nobody", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);

        await j.AdvanceAsync(TimeSpan.FromDays(91));
        Assert.Equal(MigrationState.Completed, await j.StateAsync());
        Assert.Equal(MigrationState.Completed, Assert.Single(j.Left.OfType<MigrationEnded>()).State);
    }

    private static string DossierKey(string json)
    {
        using var dossier = System.Text.Json.JsonDocument.Parse(json);
        return dossier.RootElement.GetProperty("erasure").GetProperty("receiptPublicKey").GetString()!;
    }

    private async Task<Journey> WithDifferencesAsync()
    {
        var j = await Journey.BeginAsync(world);
        j.Otherwise = c => c is VerifyMailbox v ? [j.Verified(v.ItemId, v.Pass, Grade.Investigate, [CopyTests.Difference("INBOX;1;7")])] : null;
        await j.ToAsync(MigrationState.Watching);
        return j;
    }
}

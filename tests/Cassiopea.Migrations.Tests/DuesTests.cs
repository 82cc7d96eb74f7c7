using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices;
using Cassiopea.Migrations.Notices.Texts;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Tests;

/// <summary>What a debtor may do without paying, what a contest stops, and the words that members are reminded with.</summary>
[Trait("Category", "Servers")]
public sealed class DuesTests(World world)
{
    [Fact]
    [Trait("Requirement", "inv-I8")]
    public async Task A_debtor_archives_every_mailbox_and_nothing_is_moved()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.AwaitingPayment);
        await j.DoAsync(o => new SurveyAgain(o, "member", j.Id));
        await j.AnswerAsync();
        await j.EnterCredentialsAsync();
        var box = (await j.LoadAsync()).Items.First(i => i.Kind == ItemKind.Mailbox);
        await j.DoAsync(o => new ArchiveItem(o, "member", j.Id, box.Id));
        var asked = Assert.Single(j.Left.OfType<ArchiveMailbox>());
        Assert.Equal((box.Id, -1), (asked.ItemId, asked.Pass));
        var archive = new ItemArchive(12, 3_400, null, true, new string('a', 64), [new ArchivePart("archive-001.tar", 4_096, new string('b', 64))], j.Now);
        await j.TellAsync(new ItemArchived(j.Id, box.Id, -1, archive, 12, [], j.Now));
        var after = await j.LoadAsync();
        Assert.Equal(MigrationState.AwaitingPayment, after.State);
        var item = after.Items.Single(i => i.Id == box.Id);
        Assert.Equal((ItemState.Verified, 0, 12L), (item.State, item.Pass, item.Archive!.Messages));
        Assert.Empty(j.Left.OfType<TransferMailbox>());

        // again: another round, and one that fails says so and changes nothing
        await j.DoAsync(o => new ArchiveItem(o, "member", j.Id, box.Id));
        await j.TellAsync(j.Failed(box.Id, -2, FailureKind.Refused, FailureCode.StorageFull));
        Assert.Contains("storage-full", j.Left.OfType<MigrationAdvanced>().Last().Reason, StringComparison.Ordinal);
        Assert.Equal(ItemState.Verified, (await j.LoadAsync()).Items.Single(i => i.Id == box.Id).State);

        // and the move goes on from pass 1 once the dues are paid
        await j.InvoicesAsync(InvoiceStatus.Clear);
        Assert.Equal(MigrationState.Preparing, await j.StateAsync());
        Assert.Equal(1, j.Left.OfType<MigrationAdvanced>().Last().Allowed.Count(v => v == Verbs.ApprovePlan));
    }

    [Fact]
    [Trait("Requirement", "inv-I6")]
    public async Task Nobody_is_reminded_of_dues_that_are_contested_until_staff_have_answered()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.AwaitingPayment);
        await j.TellAsync(j.Invoices(InvoiceStatus.Due) with { Contested = "We left in 2016." });
        var told = j.Left.OfType<MigrationAdvanced>().Last();
        Assert.Equal("staff", told.WaitingFor);
        Assert.Contains("We left in 2016.", told.WaitingText, StringComparison.Ordinal);
        await j.AdvanceAsync(TimeSpan.FromDays(30));
        Assert.Single((await j.LoadAsync()).Notices);
        await j.InvoicesAsync(InvoiceStatus.Due);
        await j.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await j.LoadAsync()).Notices.Count);
        Assert.Equal("member", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);
    }

    [Fact]
    public async Task A_text_that_staff_wrote_anew_is_what_the_next_member_reads_and_the_old_letters_stay()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.AwaitingPayment);
        var before = (await j.LoadAsync()).Notices.Single().Body;
        var version = await CurrentAsync("fr");
        await world.DeliverAsync(new EditText(Guid.NewGuid(), "alice", Letter.PaymentReminder, "fr", "Nouvel objet\n\nIl reste {amount} €, {name}.", version));
        Assert.Equal(version + 1, await CurrentAsync("fr"));
        await j.AdvanceAsync(TimeSpan.FromDays(8));
        var notices = (await j.LoadAsync()).Notices.OrderBy(n => n.Number).ToList();
        Assert.Equal(("Nouvel objet", before), (notices[1].Subject, notices[0].Body));
        Assert.StartsWith("Il reste 42,00", notices[1].Body, StringComparison.Ordinal);

        // the one who saw the old version is refused; what cannot be filled in is refused
        await world.DeliverAsync(new EditText(Guid.NewGuid(), "bob", Letter.PaymentReminder, "fr", "Autre\n\n{amount}", version));
        await world.DeliverAsync(new EditText(Guid.NewGuid(), "bob", Letter.PaymentReminder, "fr", "Autre\n\n{amount} {iban}", version + 1));
        await world.DeliverAsync(new EditText(Guid.NewGuid(), "bob", "no-such-text", "fr", "Autre\n\n{amount}", 1));
        Assert.Equal(version + 1, await CurrentAsync("fr"));
        await world.DeliverAsync(new EditText(Guid.NewGuid(), "alice", Letter.PaymentReminder, "fr", Letter.Read(Letter.PaymentReminder, "fr"), version + 1));
    }

    [Fact]
    public void Every_text_of_the_programme_keeps_its_own_rules_in_three_languages() =>
        Assert.All(
            Letter.Templates.SelectMany(t => Letter.Languages.Select(l => (t, l))),
            text => Assert.Null(LetterRules.Problem(text.t, Letter.Read(text.t, text.l))));

    private Task<int> CurrentAsync(string language) =>
        world.ReadAsync(db => db.LetterTexts.Where(t => t.Template == Letter.PaymentReminder && t.Language == language).MaxAsync(t => t.Version));
}

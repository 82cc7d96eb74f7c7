using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cassiopea.Migrations.Tests;

/// <summary>What members are told, once.</summary>
[Trait("Category", "Servers")]
public sealed class NoticeTests(World world)
{
    [Fact]
    public async Task A_notice_that_is_asked_twice_is_sent_once_with_the_same_message_id_for_ever()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.AwaitingPayment);
        var notice = Assert.Single((await j.LoadAsync()).Notices);
        Assert.Equal(NoticeState.Sent, notice.State);
        await j.TellAsync(new SendNotice(notice.Id, 1));
        var sent = Assert.Single(world.Mail.Messages, m => m.To.Contains(notice.Recipient));
        Assert.Contains($"Message-ID: {notice.MessageId}", sent.Content, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Notice.IdOf(j.Id, notice.Template, notice.Step, 1), notice.Id);
    }

    [Fact]
    public async Task A_second_row_for_the_same_step_is_refused_by_the_database()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.AwaitingPayment);
        var notice = Assert.Single((await j.LoadAsync()).Notices);
        notice.Id = Guid.NewGuid();
        notice.MessageId = "<other@example>";
        var error = await Assert.ThrowsAsync<DbUpdateException>(() => world.ReadAsync(async db =>
        {
            db.Add(notice);
            return await db.SaveChangesAsync();
        }));
        Assert.Equal("notice_once", Assert.IsType<PostgresException>(error.InnerException).ConstraintName);
    }

    [Fact]
    public async Task A_relay_that_says_no_is_tried_again_by_the_clock()
    {
        using var j = await Journey.BeginAsync(world);
        var refused = 0;
        world.Mail.Refusal = to => to.StartsWith($"{j.MemberId:N}", StringComparison.Ordinal) && refused++ < 2 ? "451 later" : null;
        await j.InvoicesAsync(InvoiceStatus.Due);
        Assert.Equal(NoticeState.Queued, Assert.Single((await j.LoadAsync()).Notices).State);
        Assert.Empty(j.Left.OfType<NoticeSent>());
        await j.AdvanceAsync(TimeSpan.FromMinutes(10.1));
        await j.AdvanceAsync(TimeSpan.FromMinutes(20.1));
        Assert.Equal(NoticeState.Sent, Assert.Single((await j.LoadAsync()).Notices).State);
        Assert.Single(j.Left.OfType<NoticeSent>());
        world.Mail.Refusal = _ => null;
    }

    [Fact]
    public async Task A_process_that_died_twice_while_sending_sends_no_third_time_and_staff_are_told()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.AwaitingPayment);
        var notice = Assert.Single((await j.LoadAsync()).Notices);
        await world.ReadAsync(db => db.Database.ExecuteSqlAsync($"update notice set state = 'Sending', attempts = 2 where id = {notice.Id}"));
        await j.TellAsync(new SendNotice(notice.Id, 1));
        Assert.Single(world.Mail.Messages, m => m.To.Contains(notice.Recipient));
        Assert.Equal(NoticeState.Failed, Assert.Single((await j.LoadAsync()).Notices).State);
        var told = j.Left.OfType<MigrationAdvanced>().Last();
        Assert.Equal("staff", told.WaitingFor);
        Assert.Contains("notice", told.WaitingText, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_process_that_died_once_sends_once_more()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.AwaitingPayment);
        var notice = Assert.Single((await j.LoadAsync()).Notices);
        await world.ReadAsync(db => db.Database.ExecuteSqlAsync($"update notice set state = 'Sending', attempts = 1 where id = {notice.Id}"));
        await j.TellAsync(new SendNotice(notice.Id, 1));
        Assert.Equal(2, world.Mail.Messages.Count(m => m.To.Contains(notice.Recipient) && m.Content.Contains(notice.MessageId, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_a_relay_the_notice_is_recorded_and_staff_are_told_so()
    {
        await using var bare = new BareWorld();
        await bare.InitializeAsync();
        using var j = await Journey.BeginAsync(bare).ToAsync(MigrationState.AwaitingPayment);
        Assert.Equal(NoticeState.NotConfigured, Assert.Single((await j.LoadAsync()).Notices).State);
        Assert.Contains("no mail relay is configured", j.Left.OfType<MigrationAdvanced>().Last().Reason, StringComparison.Ordinal);
        Assert.Empty(j.Left.OfType<NoticeSent>());
    }

    private sealed class BareWorld : World
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Configuration => [];
    }
}

/// <summary>The texts themselves.</summary>
public sealed class LetterTests
{
    [Fact]
    public void Every_text_exists_in_three_languages_with_the_same_blanks()
    {
        foreach (var template in Letter.Templates)
        {
            var blanks = Letter.Languages.Select(l => string.Join(' ', Blanks(Letter.Read(template, l)))).Distinct().ToList();
            Assert.True(blanks.Count == 1, $"{template}: {string.Join(" / ", blanks)}");
        }
    }

    [Fact]
    public void The_dossier_speaks_three_languages_with_the_same_words()
    {
        var french = Dossiers.DossierTexts.In("fr").Keys.Order(StringComparer.Ordinal).ToList();
        Assert.Equal(french, Dossiers.DossierTexts.In("nl").Keys.Order(StringComparer.Ordinal));
        Assert.Equal(french, Dossiers.DossierTexts.In("en").Keys.Order(StringComparer.Ordinal));
        foreach (var name in Enum.GetNames<ItemState>().Select(n => "state-" + n).Concat(Enum.GetNames<Grade>().Select(n => "grade-" + n))
            .Concat(Enum.GetNames<ItemKind>().Select(n => "kind-" + n)).Concat(Enum.GetNames<InvoiceStatus>().Select(n => "invoices-" + n)))
            Assert.Contains(name, french);
    }

    [Fact]
    public void The_reminder_says_in_the_guide_s_own_words_why_dues_still_matter()
    {
        var text = Letter.Read(Letter.PaymentReminder, "fr");
        Assert.Contains("maintien d’un nœud de sortie TOR", text, StringComparison.Ordinal);
        Assert.Contains("nous avons besoin de ressources financières", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_letter_that_verifies_a_contact_cannot_lose_its_code()
    {
        foreach (var language in Letter.Languages)
            Assert.Null(Notices.Texts.LetterRules.Problem(Letter.ContactCode, Letter.Read(Letter.ContactCode, language)));
        Assert.Contains("{code}", Notices.Texts.LetterRules.Problem(Letter.ContactCode, "Votre code\n\nBonjour {name},"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Blanks(string text) =>
        System.Text.RegularExpressions.Regex.Matches(text, @"\{\w+\}", default, TimeSpan.FromSeconds(1)).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal);
}

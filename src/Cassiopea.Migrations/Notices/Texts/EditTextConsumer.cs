using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Notices.Texts;

/// <summary>Adds a version of a text; letters that were written keep the words they were written with.</summary>
internal sealed class EditTextConsumer(MigrationsContext db, LetterTexts texts, TimeProvider time) : IConsumer<EditText>
{
    public async Task Consume(ConsumeContext<EditText> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended('letter_text', 0))", token);
        var text = asked.Text.ReplaceLineEndings("\n");
        var known = Letter.Templates.Contains(asked.Template) && Letter.Languages.Contains(asked.Language);
        var now = await db.LetterTexts.Where(row => row.Template == asked.Template && row.Language == asked.Language).OrderByDescending(row => row.Version).FirstOrDefaultAsync(token);
        var refusal =
            !known || now is null ? ("not-found", $"There is no text {asked.Template} in {asked.Language}.")
            : now.Version != asked.BasedOn ? ("conflict", $"{now.EditedBy} wrote version {now.Version} meanwhile: look at it, then write on top of it.")
            : LetterRules.Problem(asked.Template, text) is { } problem ? ("invalid", problem)
            : ((string Code, string Detail)?)null;
        if (refusal is { } no)
        {
            await context.Publish(new CommandRefused(asked.OperationId, no.Code, no.Detail, []), token);
            return;
        }

        var row = new LetterText { Template = asked.Template, Language = asked.Language, Version = now!.Version + 1, Text = text, EditedBy = asked.Actor, EditedAt = time.GetUtcNow() };
        db.LetterTexts.Add(row);
        db.Audit(asked.Actor, "edit-text", $"text/{row.Template}.{row.Language}", $"Version {row.Version}.");
        texts.Forget();
        await context.Publish(LetterTextsStart.Told(row), token);
        await context.Publish(new CommandAccepted(asked.OperationId, $"Version {row.Version} is used from now on."), token);
    }
}

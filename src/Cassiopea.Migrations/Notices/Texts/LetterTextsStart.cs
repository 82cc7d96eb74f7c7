using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Notices.Texts;

/// <summary>Brings the programme's texts into the table: all at the first start, later those that a new version changed and that nobody had edited.</summary>
internal sealed class LetterTextsStart(IServiceScopeFactory scopes, TimeProvider time) : IHostedService
{
    private const string System = "system";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MigrationsContext>();
        var outbox = scope.ServiceProvider.GetRequiredService<ServiceOutbox<MigrationsContext>>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended('letter_text', 0))", cancellationToken);
        var known = (await db.LetterTexts.AsNoTracking().ToListAsync(cancellationToken)).GroupBy(row => (row.Template, row.Language)).ToDictionary(g => g.Key, g => g.MaxBy(row => row.Version)!);
        foreach (var (template, language) in Letter.Templates.SelectMany(template => Letter.Languages.Select(language => (template, language))))
        {
            var text = Letter.Read(template, language);
            var now = known.GetValueOrDefault((template, language));
            if (now is not null && (now.EditedBy != System || now.Text == text))
                continue;
            var row = new LetterText { Template = template, Language = language, Version = (now?.Version ?? 0) + 1, Text = text, EditedBy = System, EditedAt = time.GetUtcNow() };
            db.LetterTexts.Add(row);
            await outbox.Publish(Told(row), cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public static TextEdited Told(LetterText row) => new(row.Template, row.Language, row.Version, row.Text, LetterRules.Fields(row.Template), row.EditedBy, row.EditedAt);
}

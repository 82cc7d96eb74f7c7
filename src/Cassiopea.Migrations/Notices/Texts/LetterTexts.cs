using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Notices.Texts;

/// <summary>The texts as they are now. Another instance's edit is seen within <see cref="Fresh"/>, our own at once.</summary>
internal sealed class LetterTexts
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private volatile State? _state;

    /// <summary>Template and language → text.</summary>
    public async Task<IReadOnlyDictionary<(string Template, string Language), string>> CurrentAsync(MigrationsContext db, CancellationToken token)
    {
        if (_state is { } known && TimeProvider.System.GetElapsedTime(known.ReadAt) < Fresh)
            return known.Texts;
        var readAt = TimeProvider.System.GetTimestamp();
        var rows = await db.LetterTexts.AsNoTracking()
            .Where(row => !db.LetterTexts.Any(newer => newer.Template == row.Template && newer.Language == row.Language && newer.Version > row.Version))
            .ToListAsync(token);
        var texts = rows.ToDictionary(row => (row.Template, row.Language), row => row.Text);
        _state = new State(texts, readAt);
        return texts;
    }

    /// <summary>The next reader looks again.</summary>
    public void Forget() => _state = null;

    private sealed record State(IReadOnlyDictionary<(string, string), string> Texts, long ReadAt);
}

namespace Cassiopea.Migrations.Notices.Texts;

/// <summary>One version of one text in one language; versions are never changed.</summary>
internal sealed class LetterText
{
    public required string Template { get; init; }

    public required string Language { get; init; }

    public required int Version { get; init; }

    public required string Text { get; init; }

    /// <summary><c>system</c> for what the programme brings.</summary>
    public required string EditedBy { get; init; }

    public required DateTimeOffset EditedAt { get; init; }
}

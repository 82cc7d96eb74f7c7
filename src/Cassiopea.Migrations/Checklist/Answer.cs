namespace Cassiopea.Migrations.Checklist;

/// <summary>The last answer to one question. What was written with it is in the gateway's database.</summary>
internal sealed class Answer
{
    public Guid MigrationId { get; set; }
    public int Rule { get; set; }

    /// <summary>Empty = for the whole migration, or for all items of the rule's kind.</summary>
    public Guid ItemId { get; set; }

    public string Choice { get; set; } = "";
    public int Number { get; set; }
    public string Actor { get; set; } = "";
    public Guid? NoteId { get; set; }
    public DateTimeOffset AnsweredAt { get; set; }

    public Guid? Item => ItemId == Guid.Empty ? null : ItemId;
}

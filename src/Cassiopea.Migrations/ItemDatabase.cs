using Cassiopea.Contracts;
using Endpoint = Cassiopea.Contracts.Endpoint;

namespace Cassiopea.Migrations;

/// <summary>Of a database: what was decided, and what came of it at the new place after the last delta.</summary>
internal sealed partial class Item
{
    public DatabaseChoices? Choices { get; set; }
    public int RepairAskedPass { get; set; }
    public int RepairedPass { get; set; }
    public CharsetsRepaired? Repaired { get; set; }
    public bool CountAsked { get; set; }

    /// <summary>Number of the last count that was asked: what others answer is not about what is decided now.</summary>
    public int CountRound { get; set; }
    public int ReplaceAskedPass { get; set; }
    public int ReplacedPass { get; set; }
    public DatabaseReplaced? Replaced { get; set; }

    public int ArchiveAskedPass { get; set; }
    public int ArchivedPass { get; set; }

    /// <summary>The second account at the old server that only reads: asked for, or there.</summary>
    public Endpoint? ReadAccount { get; set; }
    public int ReadAccountNumber { get; set; }

    /// <summary>The last number that was answered.</summary>
    public int ReadAccountAnswered { get; set; }

    /// <summary>Why the second account is still at the old server; null when nobody tried to remove it, or it is gone.</summary>
    public Failure? ReadAccountFailure { get; set; }

    /// <summary>A second account was asked for, and the first pass would begin without it: it waits for the answer.</summary>
    public bool AwaitsReadAccount => ReadAccountAnswered < ReadAccountNumber;

    /// <summary>The columns to repair as the new place names them: people name them as the survey of the old one does.</summary>
    public IReadOnlyList<string> RepairedColumns => [.. (Choices?.RepairedColumns ?? []).Select(There)];

    /// <summary>The member is to get this database as plain SQL too, and has not yet.</summary>
    public bool LacksCopy => this is { State: ItemState.CutOver, CutOverAt: null, Choices.Archive: true } && ArchivedPass < Pass;

    private string There(string name) =>
        Choices is { OldPrefix: var old, NewPrefix: var @new } && old != @new && name.StartsWith(old, StringComparison.Ordinal) ? @new + name[old.Length..] : name;
}

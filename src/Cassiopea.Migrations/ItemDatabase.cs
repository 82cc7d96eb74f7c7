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
    public int ReplaceAskedPass { get; set; }
    public int ReplacedPass { get; set; }
    public DatabaseReplaced? Replaced { get; set; }

    public int ArchiveAskedPass { get; set; }
    public int ArchivedPass { get; set; }

    /// <summary>The second account at the old server that only reads: asked for, or there.</summary>
    public Endpoint? ReadAccount { get; set; }
    public int ReadAccountNumber { get; set; }

    /// <summary>The member is to get this database as plain SQL too, and has not yet.</summary>
    public bool LacksCopy => this is { State: ItemState.CutOver, CutOverAt: null, Choices.Archive: true } && ArchivedPass < Pass;
}

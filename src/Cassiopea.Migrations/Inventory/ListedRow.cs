namespace Cassiopea.Migrations.Inventory;

/// <summary>A service that a list names for a member: an invoice line, or a line of a server's list.</summary>
internal sealed class ListedRow
{
    public Guid Id { get; set; }
    public string MemberReference { get; set; } = "";
    public string Source { get; set; } = "";
    public Contracts.ItemKind Kind { get; set; }
    public string Name { get; set; } = "";
    public DateTimeOffset AsOf { get; set; }
}

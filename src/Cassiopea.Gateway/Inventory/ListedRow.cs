namespace Cassiopea.Gateway.Inventory;

/// <summary>A service that a list names for a member.</summary>
internal sealed class ListedRow
{
    public required string MemberReference { get; init; }
    public required string Source { get; init; }
    public IReadOnlyList<Contracts.KnownService> Services { get; set; } = [];
    public DateTimeOffset AsOf { get; set; }
}

using Cassiopea.Contracts;

namespace Cassiopea.Gateway.Domains;

/// <summary>Inventory and registrar, compared last.</summary>
internal sealed class DomainComparisonRow
{
    public const int Only = 1;
    public int Id { get; init; }
    public int Domains { get; set; }
    public IReadOnlyList<DomainConflict> Conflicts { get; set; } = [];
    public DateTimeOffset AsOf { get; set; }
}

/// <summary>Where in the vault the transfer code of a domain is, or is waited for.</summary>
internal sealed class TransferCodeRow
{
    public Guid ItemId { get; init; }
    public Guid MigrationId { get; init; }
    public Guid CredentialId { get; set; }
    public bool FromRegistry { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset AsOf { get; set; }
}

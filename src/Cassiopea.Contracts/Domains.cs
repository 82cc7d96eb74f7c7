namespace Cassiopea.Contracts;

/// <summary>Find all domain names of a member. Answer: <see cref="ServiceSurveyed"/>. Sender: Migrations; consumer: Domains; key: MigrationId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberReference">The member's reference in inventories and invoices.</param>
/// <param name="Declared">Those that staff declared; they count as found.</param>
[Command]
public sealed record FindDomains(Guid MigrationId, string MemberReference, IReadOnlyList<FoundItem> Declared);

/// <summary>Read a domain's zone, delegation and holder. Answer: <see cref="ItemSurveyed"/>. Sender: Migrations; consumer: Domains; key: ItemId, Attempt.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Domain">The name, in ASCII (A-labels), without final dot.</param>
[Command]
public sealed record SurveyDomain(Guid MigrationId, Guid ItemId, int Attempt, string Domain);

/// <summary>Lower the TTLs of a zone before a cut-over. Answers: <see cref="TtlLowered"/>, <see cref="ZoneRefused"/>. Sender: Migrations; consumer: Domains; key: ItemId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="Ttl">The TTL wanted.</param>
[Command]
public sealed record LowerTtl(Guid MigrationId, Guid ItemId, TimeSpan Ttl);

/// <summary>The TTLs of a zone are low and were verified.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="OldTtlsOverAt">When the last cached record with an old TTL expires.</param>
public sealed record TtlLowered(Guid MigrationId, Guid ItemId, DateTimeOffset OldTtlsOverAt);

/// <summary>Write the planned zone at the new provider; not visible to visitors yet. Answers: <see cref="ZonePublished"/>, <see cref="ZoneRefused"/>. Sender: Migrations; consumer: Domains; key: ItemId, PlanSha256.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="PlanSha256">The plan that was reviewed; refused when the live state changed since.</param>
[Command]
public sealed record PublishZone(Guid MigrationId, Guid ItemId, string PlanSha256);

/// <summary>The planned zone is served by the new name servers.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="AsOf">When.</param>
public sealed record ZonePublished(Guid MigrationId, Guid ItemId, DateTimeOffset AsOf);

/// <summary>Change records or name servers so that visitors reach the new place. Answers: <see cref="ZoneCutOver"/>, <see cref="ZoneRefused"/>. Sender: Migrations; consumer: Domains; key: ItemId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="PlanSha256">The plan that was approved by two people.</param>
[Command]
public sealed record CutOverZone(Guid MigrationId, Guid ItemId, string PlanSha256);

/// <summary>The change is visible at all parents and all new name servers.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="OldTtlsOverAt">When the last cached old record expires.</param>
public sealed record ZoneCutOver(Guid MigrationId, Guid ItemId, DateTimeOffset OldTtlsOverAt);

/// <summary>Restore the zone and name servers as they were before the cut-over. Answers: <see cref="ZoneRolledBack"/>, <see cref="ZoneRefused"/>. Sender: Migrations; consumer: Domains; key: ItemId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
[Command]
public sealed record RollBackZone(Guid MigrationId, Guid ItemId);

/// <summary>The zone is byte-equal to its snapshot again, except for the serial.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="AsOf">When.</param>
public sealed record ZoneRolledBack(Guid MigrationId, Guid ItemId, DateTimeOffset AsOf);

/// <summary>A zone step was refused or failed.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="Step">The command that failed, in kebab-case.</param>
/// <param name="Failure">Why.</param>
public sealed record ZoneRefused(Guid MigrationId, Guid ItemId, string Step, Failure Failure);

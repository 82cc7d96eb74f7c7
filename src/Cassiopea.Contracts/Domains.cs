using System.Text.Json.Serialization;

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

/// <summary>The rungs of the ladder on which an owner gets the rights over a domain, in the order of the members' guide.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecoveryRung>))]
public enum RecoveryRung
{
    /// <summary>The owner told us that the domain shall move.</summary>
    Notified,

    /// <summary>Domain and handle are released: nothing of ours stands in the way.</summary>
    Released,

    /// <summary>The owner knows handle and mail address under which the registrar knows the domain.</summary>
    HandleTold,

    /// <summary>The owner recovers the password at the registrar. Never done for them, no answer is ever stored.</summary>
    PasswordRecovery,

    /// <summary>The owner proves ownership to the registrar with its form.</summary>
    OwnershipProof,

    /// <summary>Last resort: we change the name servers while the owner's rights are still pending.</summary>
    NameServersOnly,
}

/// <summary>What came of a rung.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RungOutcome>))]
public enum RungOutcome
{
    /// <summary>It was done; on a rung that gives the rights, the owner has them.</summary>
    Done,

    /// <summary>It was tried and did not help.</summary>
    Failed,
}

/// <summary>Record what came of a rung of the ladder of rights over a domain. Answers: <see cref="CommandAccepted"/>, <see cref="CommandRefused"/>. Sender: Gateway; consumer: Domains; key: ItemId, Rung.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who recorded it.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="Rung">Which rung.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Note">What happened, for the dossier; no answer to a secret question, no code.</param>
/// <param name="SiteVerified">True when every site of the migration that is not left out was verified at the new host.</param>
[Command]
public sealed record RecordRung(
    Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, RecoveryRung Rung, RungOutcome Outcome, string Note, bool SiteVerified);

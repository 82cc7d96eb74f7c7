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
/// <param name="Zone">The records before and after, for the dossier; null from older senders.</param>
public sealed record ZoneCutOver(Guid MigrationId, Guid ItemId, DateTimeOffset OldTtlsOverAt, ZoneTexts? Zone = null);

/// <summary>A zone as it was and as it was made, as zone files (RFC 1035 §5).</summary>
/// <param name="Before">At the old place, when it was surveyed.</param>
/// <param name="After">At the new place.</param>
public sealed record ZoneTexts(string Before, string After);

/// <summary>Restore the zone and name servers as they were before the cut-over. Answers: <see cref="ZoneRolledBack"/>, <see cref="ZoneRefused"/>. Sender: Migrations; consumer: Domains; key: ItemId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
[Command]
public sealed record RollBackZone(Guid MigrationId, Guid ItemId);

/// <summary>The name servers are the old ones again, and the zone is byte-equal to its snapshot, except for the serial and for what differs.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="AsOf">When.</param>
/// <param name="Differs">What is not as before the switch and what to do, in English; empty when nothing.</param>
public sealed record ZoneRolledBack(Guid MigrationId, Guid ItemId, DateTimeOffset AsOf, string Differs = "");

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
/// <param name="Custodian">Who keeps the domain while rights are pending; needed with the last rung, null otherwise.</param>
[Command]
public sealed record RecordRung(
    Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, RecoveryRung Rung, RungOutcome Outcome, string Note, bool SiteVerified, string? Custodian = null);

/// <summary>How the rights over a domain stand.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RightsState>))]
public enum RightsState
{
    /// <summary>In our account; the ladder is being climbed, or was not begun.</summary>
    Open,

    /// <summary>On the last rung: name servers were changed, rights are not recovered.</summary>
    Pending,

    /// <summary>The owner has the rights.</summary>
    Recovered,

    /// <summary>Not in our account: whoever manages it has the rights.</summary>
    NotOurs,
}

/// <summary>What is known of the rights over a domain, for gates and for the board; never an answer, a code, an address or a person of the registry.</summary>
/// <param name="State">How they stand.</param>
/// <param name="Next">The rung to try now; null when none is left.</param>
/// <param name="Custodian">Who keeps the domain while rights are pending; empty when nobody is named.</param>
/// <param name="PaidUntil">When the registration ends; null when not known.</param>
/// <param name="PaidPastClosing">True when that is later than the day on which the old host closes.</param>
/// <param name="RegistrantMailSha256">SHA-256, lower-case hex, of the lower-case mail address to which registrar and registry write; empty when not known.</param>
/// <param name="Tasks">What people must settle before the hand-over, in kebab-case: <c>holder-differs</c>, <c>changed-by-others</c>.</param>
public sealed record DomainRights(
    RightsState State, RecoveryRung? Next, string Custodian, DateTimeOffset? PaidUntil, bool PaidPastClosing, string RegistrantMailSha256, IReadOnlyList<string> Tasks);

/// <summary>What is known of the rights over a domain has changed. Sender: Domains; consumer: Migrations.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="Rights">All that is known now.</param>
/// <param name="AsOf">When.</param>
public sealed record DomainRightsChanged(Guid MigrationId, Guid ItemId, DomainRights Rights, DateTimeOffset AsOf);

/// <summary>The steps of a domain that its owner reads in the timeline.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DomainStep>))]
public enum DomainStep
{
    /// <summary>Zone, delegation and registrar were read.</summary>
    Surveyed,

    /// <summary>Somebody must do something at a provider that we cannot reach: the list is printed, its doing is looked for.</summary>
    TaskPrinted,

    /// <summary>TTLs are low; old answers last until an instant.</summary>
    TtlLowered,

    /// <summary>The new name servers serve the zone; nobody asks them yet.</summary>
    ZonePublished,

    /// <summary>The registrar was asked to take the DS out.</summary>
    SignersAsked,

    /// <summary>No server of the registry has a DS any more; resolvers keep it until an instant.</summary>
    SignersGone,

    /// <summary>The change of name servers is about to be asked.</summary>
    ChangeAsked,

    /// <summary>The registrar took the change; it is not done yet.</summary>
    ChangeTaken,

    /// <summary>Some servers of the registry show it.</summary>
    ChangePartial,

    /// <summary>All servers of the registry show it.</summary>
    ChangePropagated,

    /// <summary>Taken and not done in time.</summary>
    ChangeTimedOut,

    /// <summary>Somebody else had changed the name servers to the new ones.</summary>
    ChangeAdopted,

    /// <summary>Visitors reach the new place; old answers last until an instant.</summary>
    SwitchedOver,

    /// <summary>As it was before the switch.</summary>
    RolledBack,

    /// <summary>At its old place again, but not signed, which it was before the switch.</summary>
    RolledBackUnsigned,

    /// <summary>At its old place again, and signed, which it was not before the switch.</summary>
    RolledBackSigned,

    /// <summary>The DS is at the registry again.</summary>
    SignersRestored,

    /// <summary>A step was refused; staff look at it.</summary>
    StepRefused,

    /// <summary>A rung of the ladder of rights was done.</summary>
    RungDone,

    /// <summary>A rung was tried in vain.</summary>
    RungFailed,

    /// <summary>Unlocked, and the transfer code waits in the vault.</summary>
    TransferCodeReady,

    /// <summary>The registry mails the transfer code to the holder.</summary>
    TransferCodeFromRegistry,

    /// <summary>Somebody else changed the name servers to unknown ones.</summary>
    ChangedByOthers,

    /// <summary>The domain is not in our account any more.</summary>
    LeftOurAccount,
}

/// <summary>A domain reached a step that its owner should read of. Sender: Domains; consumer: Gateway.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="Step">Which.</param>
/// <param name="Until">What the step waits for; null when nothing.</param>
/// <param name="Rung">With <see cref="DomainStep.RungDone"/> and <see cref="DomainStep.RungFailed"/>: which; null otherwise.</param>
/// <param name="AsOf">When.</param>
public sealed record DomainStepReached(Guid MigrationId, Guid ItemId, DomainStep Step, DateTimeOffset? Until, RecoveryRung? Rung, DateTimeOffset AsOf);

/// <summary>Inventory and registrar do not agree about a domain.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DomainConflictKind>))]
public enum DomainConflictKind
{
    /// <summary>The registrar manages it for us, and the inventory does not say whose it is.</summary>
    UnknownToInventory,

    /// <summary>The inventory says that we manage it, and the registrar does not show it.</summary>
    NotAtRegistrar,
}

/// <summary>One domain about which inventory and registrar do not agree.</summary>
/// <param name="Domain">The name.</param>
/// <param name="MemberReference">Whose, as the inventory says; empty when it does not know.</param>
/// <param name="Kind">How they differ.</param>
public sealed record DomainConflict(string Domain, string MemberReference, DomainConflictKind Kind);

/// <summary>The inventory of all members was compared with the registrar's list. Sender: Domains; consumer: Gateway.</summary>
/// <param name="Domains">Domains that the registrar shows.</param>
/// <param name="Conflicts">All domains about which both differ.</param>
/// <param name="AsOf">When the registrar was asked.</param>
public sealed record DomainsCompared(int Domains, IReadOnlyList<DomainConflict> Conflicts, DateTimeOffset AsOf);

/// <summary>Approve a zone's plan although it deletes more than 30 % of the record sets: two people, one after the other, for the same plan; then the item is tried again. Answers: <see cref="CommandAccepted"/>, <see cref="CommandRefused"/>. Sender: Gateway; consumer: Domains; key: ItemId, PlanSha256, Actor.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks, or approves what another one asked.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="PlanSha256">The plan as the survey showed it (fact <c>plan-sha256</c>), SHA-256, lower-case hex: another plan is not approved with it.</param>
/// <param name="Reason">Why it is right; at least 10 characters.</param>
[Command]
public sealed record ApproveZoneDeletions(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, string PlanSha256, string Reason);

/// <summary>Prepare what the owner needs to take the domain to another registrar: unlock, and the code into the vault. Answers: <see cref="CommandAccepted"/>, <see cref="CommandRefused"/>. Sender: Gateway; consumer: Domains; key: ItemId.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberId">Whose key protects the code in the vault.</param>
/// <param name="ItemId">The domain.</param>
[Command]
public sealed record PrepareTransfer(Guid OperationId, string Actor, Guid MigrationId, Guid MemberId, Guid ItemId);

/// <summary>A transfer code is in the vault, or will be once the registry has mailed it to the holder and staff have entered it. Never the code itself. Sender: Domains; consumers: Migrations (grants the gateway to show it once), Gateway.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The domain.</param>
/// <param name="CredentialId">Where it is, or shall be entered.</param>
/// <param name="FromRegistry">True when the registry mails it to the holder: it is not there yet.</param>
/// <param name="ExpiresAt">When it ends; null when not told.</param>
/// <param name="AsOf">When.</param>
public sealed record TransferCodePrepared(Guid MigrationId, Guid ItemId, Guid CredentialId, bool FromRegistry, DateTimeOffset? ExpiresAt, DateTimeOffset AsOf);

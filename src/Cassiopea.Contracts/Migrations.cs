using System.Text.Json.Serialization;

namespace Cassiopea.Contracts;

/// <summary>Where a migration stands (design: the journey). Stored and sent by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MigrationState>))]
public enum MigrationState
{
    /// <summary>Asked for; the invoice check is under way.</summary>
    Requested,

    /// <summary>Dues are open or not known: assisted moving waits.</summary>
    AwaitingPayment,

    /// <summary>Every service looks for what the member uses.</summary>
    Surveying,

    /// <summary>Checklist, credentials, plan.</summary>
    Preparing,

    /// <summary>Plan frozen; waits for staff to start the first copy.</summary>
    Ready,

    /// <summary>First copy.</summary>
    Copying,

    /// <summary>Delta passes until the cut-over.</summary>
    CatchingUp,

    /// <summary>Last delta, switch, verification from outside.</summary>
    CuttingOver,

    /// <summary>The old host is kept; straggler passes.</summary>
    Watching,

    /// <summary>Dossier delivered; credentials are being erased.</summary>
    HandedOver,

    /// <summary>Closed.</summary>
    Completed,

    /// <summary>Held by a person; returns to where it was.</summary>
    Paused,

    /// <summary>Nothing can advance without staff; returns to where it was.</summary>
    NeedsStaff,

    /// <summary>The cut-over is being undone.</summary>
    RollingBack,

    /// <summary>The cut-over was undone.</summary>
    RolledBack,

    /// <summary>Given up; the source is untouched.</summary>
    Cancelled,

    /// <summary>The member leaves alone or never answered: archived only.</summary>
    Declined,
}

/// <summary>Begin a member's migration. Consumer: Migrations (saga). Key: MigrationId; one open migration per member.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">Chosen by the sender.</param>
/// <param name="MemberId">Whose.</param>
[Command("migration")]
public sealed record RequestMigration(Guid OperationId, string Actor, Guid MigrationId, Guid MemberId);

/// <summary>Declare an item, or complete one that a survey found. Consumer: Migrations (saga). Key: MigrationId, Kind, Name.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">Chosen by the sender; ignored when kind and name are known.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Mailbox address, site host name, database name, domain name or list address.</param>
/// <param name="Source">The old place; null while unknown.</param>
/// <param name="Target">The new place; null while unknown.</param>
[Command("migration")]
public sealed record DeclareItem(
    Guid OperationId,
    string Actor,
    Guid MigrationId,
    Guid ItemId,
    ItemKind Kind,
    string Name,
    Endpoint? Source,
    Endpoint? Target);

/// <summary>Leave an item out. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Reason">Why; at least 10 characters; printed in the dossier.</param>
[Command("migration")]
public sealed record ExcludeItem(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, string Reason);

/// <summary>Try a parked item again. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
[Command("migration")]
public sealed record RetryItem(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId);

/// <summary>State that a kind which could not be surveyed is not moved by this migration. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Reason">Why; at least 10 characters; printed in the dossier.</param>
[Command("migration")]
public sealed record ExcludeKind(Guid OperationId, string Actor, Guid MigrationId, ItemKind Kind, string Reason);

/// <summary>Ask every service to look again. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
[Command("migration")]
public sealed record SurveyAgain(Guid OperationId, string Actor, Guid MigrationId);

/// <summary>Freeze the plan: Preparing → Ready. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
[Command("migration")]
public sealed record ApprovePlan(Guid OperationId, string Actor, Guid MigrationId);

/// <summary>Start the first copy: Ready → Copying. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
[Command("migration")]
public sealed record StartCopy(Guid OperationId, string Actor, Guid MigrationId);

/// <summary>Approve the cut-over in a window; it begins when the window opens. Where DNS changes, a second person must send it too. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="OpensAt">When the window opens; a past instant means at once.</param>
/// <param name="ClosesAt">When the window closes; later than <paramref name="OpensAt"/>.</param>
/// <param name="AsProposed">The window that another person proposed, when there is one; else the one given.</param>
[Command("migration")]
public sealed record ApproveCutOver(Guid OperationId, string Actor, Guid MigrationId, DateTimeOffset OpensAt, DateTimeOffset ClosesAt, bool AsProposed = false);

/// <summary>The member consents to the change of DNS, which only then is prepared and made; kept until a cut-over is undone. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">The member, or who records the member's word.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="Consent">The consent in words: who gave it, when and how; at least 10 characters; printed in the dossier.</param>
[Command("migration")]
public sealed record ConsentToSwitch(Guid OperationId, string Actor, Guid MigrationId, string Consent);

/// <summary>Approve the listed differences of all items, or of one. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who approves: the member, or staff with the member's written word.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">One item; null = all.</param>
/// <param name="Reason">Free text; printed in the dossier.</param>
[Command("migration")]
public sealed record ApproveDifferences(Guid OperationId, string Actor, Guid MigrationId, Guid? ItemId, string Reason);

/// <summary>Hand over: Watching → HandedOver; refused with the list of what is open. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
[Command("migration")]
public sealed record HandOver(Guid OperationId, string Actor, Guid MigrationId);

/// <summary>Hold a migration; running passes stop within 10 s and keep what they have. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="Reason">Why.</param>
[Command("migration")]
public sealed record PauseMigration(Guid OperationId, string Actor, Guid MigrationId, string Reason);

/// <summary>Go on after Paused or NeedsStaff. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
[Command("migration")]
public sealed record ResumeMigration(Guid OperationId, string Actor, Guid MigrationId);

/// <summary>Give up a migration before its cut-over. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="Reason">Why; at least 10 characters.</param>
[Command("migration")]
public sealed record CancelMigration(Guid OperationId, string Actor, Guid MigrationId, string Reason);

/// <summary>Record that the member leaves alone or never answered. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="Reason">Why; at least 10 characters.</param>
[Command("migration")]
public sealed record DeclineMigration(Guid OperationId, string Actor, Guid MigrationId, string Reason);

/// <summary>Undo a cut-over. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="Reason">Why; at least 10 characters.</param>
[Command("migration")]
public sealed record RollBackMigration(Guid OperationId, string Actor, Guid MigrationId, string Reason);

/// <summary>A migration moved, or what it waits for changed.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberId">Whose.</param>
/// <param name="MemberReference">The member's reference.</param>
/// <param name="From">The state before; equal to <paramref name="To"/> when only the rest changed.</param>
/// <param name="To">The state now.</param>
/// <param name="Version">Rises by one with each event of this migration: an older one is dropped.</param>
/// <param name="Actor">Who caused it; <c>system</c> when nobody.</param>
/// <param name="Reason">Why, in English; empty when the state tells.</param>
/// <param name="WaitingFor">Who must act: <c>member</c>, <c>staff</c>, <c>provider</c>, <c>system</c>, <c>nobody</c>.</param>
/// <param name="WaitingText">What for, in English, one sentence.</param>
/// <param name="NextDueAt">When the saga's next timer fires; null when there is none.</param>
/// <param name="Allowed">Verbs that people may send now.</param>
/// <param name="AsOf">When.</param>
public sealed record MigrationAdvanced(
    Guid MigrationId,
    Guid MemberId,
    string MemberReference,
    MigrationState From,
    MigrationState To,
    int Version,
    string Actor,
    string Reason,
    string WaitingFor,
    string WaitingText,
    DateTimeOffset? NextDueAt,
    IReadOnlyList<string> Allowed,
    DateTimeOffset AsOf);

/// <summary>An item changed: its whole public state. The other message that carries an address (as the item's name), because the board must show it.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Mailbox address, site host name, database name, domain name or list address.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Version">Rises by one with each event of this item: an older one is dropped.</param>
/// <param name="Pass">The last pass that was started; 0 = none.</param>
/// <param name="Source">The old place; null while unknown.</param>
/// <param name="Target">The new place; null while unknown.</param>
/// <param name="Grade">How faithful, as verified; null before.</param>
/// <param name="Failure">Why it is parked; null otherwise.</param>
/// <param name="Facts">What surveys measured.</param>
/// <param name="Exceptions">What did not arrive as it was; at most 200.</param>
/// <param name="ExceptionsApproved">True when the member approved them.</param>
/// <param name="Reason">Why it was excluded; empty otherwise.</param>
/// <param name="AsOf">When.</param>
/// <param name="Arrangement">What was decided beside the two ends, and what came of it; null from older senders.</param>
public sealed record ItemAdvanced(
    Guid MigrationId,
    Guid ItemId,
    ItemKind Kind,
    string Name,
    ItemState State,
    int Version,
    int Pass,
    Endpoint? Source,
    Endpoint? Target,
    Grade? Grade,
    Failure? Failure,
    IReadOnlyList<Fact> Facts,
    IReadOnlyList<ItemException> Exceptions,
    bool ExceptionsApproved,
    string Reason,
    DateTimeOffset AsOf,
    ItemArrangement? Arrangement = null);

/// <summary>Services stop the jobs of this migration and keep what they have.</summary>
/// <param name="MigrationId">The migration.</param>
public sealed record MigrationPaused(Guid MigrationId);

/// <summary>Services take the jobs of this migration up again.</summary>
/// <param name="MigrationId">The migration.</param>
public sealed record MigrationResumed(Guid MigrationId);

/// <summary>No more work will be asked for this migration: services cancel its jobs, Billing stops telling.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="State">Completed, Cancelled or Declined.</param>
public sealed record MigrationEnded(Guid MigrationId, MigrationState State);

/// <summary>The dossier was made and delivered.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberId">Whose.</param>
/// <param name="Sha256">SHA-256 of <paramref name="Json"/> in UTF-8, lower-case hex.</param>
/// <param name="Json">The dossier as JSON.</param>
/// <param name="Html">The same as one self-contained page, in the member's language.</param>
/// <param name="AsOf">When.</param>
/// <param name="Pdf">The same on pages to print; null from older senders.</param>
/// <param name="PublicKeyPem">The key that checks the list of files and the receipts that follow.</param>
/// <param name="Contents">The list of all files of the dossier with their lengths and fingerprints, JSON; empty from older senders.</param>
/// <param name="ContentsSignature">ECDSA P-256 over SHA-256 of <paramref name="Contents"/> in UTF-8, DER, base64.</param>
public sealed record DossierDelivered(
    Guid MigrationId, Guid MemberId, string Sha256, string Json, string Html, DateTimeOffset AsOf, byte[]? Pdf = null, string PublicKeyPem = "", string Contents = "", string ContentsSignature = "");

/// <summary>A receipt of what was erased was signed: a file beside the dossier.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="Name">Kebab-case: <c>credentials</c>, or the service that erased its own.</param>
/// <param name="Json">What is signed, in UTF-8.</param>
/// <param name="Signature">ECDSA P-256 over SHA-256, DER, base64.</param>
/// <param name="AsOf">When.</param>
/// <param name="Number">Of the list; the largest counts.</param>
/// <param name="Contents">The list of all files of the dossier with this receipt, JSON; empty when the dossier has none.</param>
/// <param name="ContentsSignature">Over <paramref name="Contents"/>, as in <see cref="DossierDelivered"/>.</param>
public sealed record ReceiptSigned(
    Guid MigrationId, string Name, string Json, string Signature, DateTimeOffset AsOf, int Number = 0, string Contents = "", string ContentsSignature = "");

/// <summary>A notice was sent to the member.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="Template">Kebab-case name of the text.</param>
/// <param name="Number">From 1: reminders count up; the same number is never sent twice.</param>
/// <param name="AsOf">When.</param>
public sealed record NoticeSent(Guid MigrationId, string Template, int Number, DateTimeOffset AsOf);

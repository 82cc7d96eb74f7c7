using System.Text.Json.Serialization;

namespace Cassiopea.Contracts;

/// <summary>What happens to a mailbox's messages (the guide's two ways, and two between).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MailboxStrategy>))]
public enum MailboxStrategy
{
    /// <summary>All messages go to the new place.</summary>
    MoveAll,

    /// <summary>Messages received since an instant go to the new place, the older ones to an archive.</summary>
    ArchiveOlder,

    /// <summary>Everything up to the choice goes to an archive; only what arrives later goes to the new place.</summary>
    StartEmpty,

    /// <summary>Everything goes to an archive; the mailbox is not moved.</summary>
    Drop,
}

/// <summary>Choose what happens to a mailbox's messages, before the plan is approved. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailbox.</param>
/// <param name="Strategy">What happens.</param>
/// <param name="OnlineSince">With ArchiveOlder: since when messages go online; null otherwise.</param>
[Command("migration")]
public sealed record ChooseStrategy(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, MailboxStrategy Strategy, DateTimeOffset? OnlineSince);

/// <summary>The member says that the mail program at home has fetched everything by POP3; needed before the cut-over of a mailbox read that way. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who says so.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailbox.</param>
[Command("migration")]
public sealed record ConfirmLastFetch(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId);

/// <summary>Put a mailbox into its archive now; nothing is moved, so open dues do not matter. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailbox.</param>
[Command("migration")]
public sealed record ArchiveItem(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId);

/// <summary>Let the new host's own people move an item; we verify afterwards. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who decides.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Host">Name of the new host, as the dossier prints it; at most 200 characters.</param>
/// <param name="Consent">The member's consent in words: who gave it, when and how; at least 10 characters; printed in the dossier.</param>
/// <param name="DueAt">By when it is to be moved; the access given to the host ends then.</param>
[Command("migration")]
public sealed record EntrustItem(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, string Host, string Consent, DateTimeOffset DueAt);

/// <summary>The new host says that it has moved an item; our verification follows and decides. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who says so.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Note">What the host wants to say; may be empty.</param>
[Command("migration")]
public sealed record ReportMoved(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, string Note);

/// <summary>Move an item ourselves after all; the host's access ends. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who decides.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Reason">Why; at least 10 characters.</param>
[Command("migration")]
public sealed record TakeBackItem(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, string Reason);

/// <summary>An item that the new host's people move.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Consent">The member's consent in words.</param>
/// <param name="DecidedBy">Who decided.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="DueAt">By when it is to be moved; the access ends then.</param>
/// <param name="MovedAt">When the host said that it is done; null before.</param>
/// <param name="Note">What the host said with it.</param>
public sealed record HostMove(string Host, string Consent, string DecidedBy, DateTimeOffset DecidedAt, DateTimeOffset DueAt, DateTimeOffset? MovedAt = null, string Note = "");

/// <summary>One file of an archive.</summary>
/// <param name="Name">File name without folder.</param>
/// <param name="Bytes">Its size; at most 2 GB, unless a single file of the member is longer.</param>
/// <param name="Sha256">SHA-256 of the file, lower-case hex.</param>
public sealed record ArchivePart(string Name, long Bytes, string Sha256);

/// <summary>An archive that was made and read again.</summary>
/// <param name="Messages">Messages in it.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Before">Messages received before this instant are in it; null = all.</param>
/// <param name="Equal">True when each source message that belongs there was found in it, octet for octet.</param>
/// <param name="ManifestSha256">SHA-256 of its manifest, lower-case hex.</param>
/// <param name="Parts">Its files.</param>
/// <param name="AsOf">When it was verified.</param>
/// <param name="Missing">What is not in it, or why it could not be made anew; null = nothing.</param>
public sealed record ItemArchive(
    long Messages, long Bytes, DateTimeOffset? Before, bool Equal, string ManifestSha256, IReadOnlyList<ArchivePart> Parts, DateTimeOffset AsOf, IReadOnlyList<ItemException>? Missing = null);

/// <summary>What a dry run foretold.</summary>
/// <param name="Things">Messages, files or rows.</param>
/// <param name="Bytes">Their bytes; null when the source does not tell.</param>
/// <param name="Seconds">Expected duration; null when not known.</param>
/// <param name="Problems">What would not arrive as it is, or blocks.</param>
/// <param name="AsOf">When.</param>
public sealed record Prediction(long Things, long? Bytes, double? Seconds, IReadOnlyList<ItemException> Problems, DateTimeOffset AsOf);

/// <summary>What was decided about an item beside its two ends, and what came of it.</summary>
/// <param name="Strategy">For a mailbox: what happens to its messages.</param>
/// <param name="OnlineSince">Since when messages go online; null = all.</param>
/// <param name="LastFetchConfirmedAt">When the member confirmed the last fetch by POP3.</param>
/// <param name="Host">The new host moves it; null = we do.</param>
/// <param name="Archive">Its archive; null = none.</param>
/// <param name="Prediction">The dry run; null = none.</param>
/// <param name="Counts">What the last pass counted, to show beside the prediction.</param>
/// <param name="Bytes">Bytes copied by all passes.</param>
/// <param name="Seconds">Duration of all passes.</param>
/// <param name="Statistics">Of a site: its visit statistics; null = nothing asked or saved yet.</param>
/// <param name="Paths">Of a site: paths and addresses that change; null = none.</param>
/// <param name="Rights">For a domain: how the rights over it stand; null = not known.</param>
/// <param name="Database">For a database: what people decided; null = nothing.</param>
/// <param name="ReadAccount">For a database: the second account at the old server that only reads, asked for or there; null = none.</param>
/// <param name="Repaired">For a database: what the repair of text came to; null = none yet.</param>
/// <param name="Replaced">For a database: what replacing texts came to, or the count before it; null = none yet.</param>
/// <param name="Receiving">For a list: the host that receives it; null = none was invited.</param>
/// <param name="ReadAccountFailure">For a database: why its second account is still at the old server; null when it is gone, or nobody tried to remove it.</param>
public sealed record ItemArrangement(
    MailboxStrategy Strategy,
    DateTimeOffset? OnlineSince,
    DateTimeOffset? LastFetchConfirmedAt,
    HostMove? Host,
    ItemArchive? Archive,
    Prediction? Prediction = null,
    TransferCounts? Counts = null,
    long Bytes = 0,
    double Seconds = 0,
    SiteStatistics? Statistics = null,
    IReadOnlyList<PathMapping>? Paths = null,
    DomainRights? Rights = null,
    DatabaseChoices? Database = null,
    Endpoint? ReadAccount = null,
    CharsetsRepaired? Repaired = null,
    DatabaseReplaced? Replaced = null,
    ReceivingHost? Receiving = null,
    Failure? ReadAccountFailure = null);

/// <summary>Put a mailbox into an archive, or add what is new. Answers: <see cref="ItemTransferAdvanced"/>, <see cref="ItemArchived"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: Mail; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailbox.</param>
/// <param name="Pass">From 1; each pass is a new number.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old mailbox; opened read-only.</param>
[Command]
public sealed record ArchiveMailbox(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source);

/// <summary>An archive was made, packed and read again.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Pass">The pass that made it or added to it.</param>
/// <param name="Archive">The archive.</param>
/// <param name="Added">Messages that this pass added.</param>
/// <param name="Exceptions">What could not be archived; at most 200.</param>
/// <param name="AsOf">When.</param>
public sealed record ItemArchived(Guid MigrationId, Guid ItemId, int Pass, ItemArchive Archive, long Added, IReadOnlyList<ItemException> Exceptions, DateTimeOffset AsOf);

/// <summary>A service erased what it had kept of a migration that ended: journals, manifests, archives.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="Service">Which service.</param>
/// <param name="Items">Items of which something was kept.</param>
/// <param name="Files">Files erased.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Rows">Rows erased in the service's own tables.</param>
/// <param name="AsOf">When.</param>
public sealed record WorkErased(Guid MigrationId, string Service, int Items, long Files, long Bytes, long Rows, DateTimeOffset AsOf);

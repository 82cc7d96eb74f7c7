namespace Cassiopea.Contracts;

/// <summary>Find all mailboxes of a member in the old host's inventory. Answer: <see cref="ServiceSurveyed"/>. Sender: Migrations; consumer: Mail; key: MigrationId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberReference">The member's reference in inventories and invoices, for example <c>M0042</c>.</param>
/// <param name="Declared">Mailboxes that staff declared; they count as found.</param>
[Command]
public sealed record FindMailboxes(Guid MigrationId, string MemberReference, IReadOnlyList<FoundItem> Declared);

/// <summary>Enter one mailbox at the ends that are known and measure it. Answer: <see cref="ItemSurveyed"/>. Sender: Migrations; consumer: Mail; key: ItemId, Attempt.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailbox.</param>
/// <param name="Attempt">From 1; a new attempt after a credential or an endpoint changed.</param>
/// <param name="Source">The old mailbox.</param>
/// <param name="Target">The new mailbox; null while unknown.</param>
/// <param name="OnlineSince">As it will be of <see cref="TransferMailbox"/>, for the dry run.</param>
[Command]
public sealed record SurveyMailbox(Guid MigrationId, Guid ItemId, int Attempt, Endpoint Source, Endpoint? Target, DateTimeOffset? OnlineSince = null);

/// <summary>Copy one mailbox, or what has changed since the last pass. Answers: <see cref="ItemTransferAdvanced"/>, <see cref="ItemTransferred"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: Mail; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailbox.</param>
/// <param name="Pass">From 1; each pass is a new number.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old mailbox; opened read-only.</param>
/// <param name="Target">The new mailbox.</param>
/// <param name="OnlineSince">Messages received before this instant go to the archive, before the others; null = all go online.</param>
[Command]
public sealed record TransferMailbox(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target, DateTimeOffset? OnlineSince = null);

/// <summary>Read both ends again and compare every message. Answers: <see cref="ItemVerified"/>, with an archive <see cref="ItemArchived"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: Mail; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailbox.</param>
/// <param name="Pass">The pass to verify.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old mailbox; opened read-only.</param>
/// <param name="Target">The new mailbox.</param>
/// <param name="OnlineSince">As of <see cref="TransferMailbox"/>: what is older is compared with the archive.</param>
[Command]
public sealed record VerifyMailbox(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target, DateTimeOffset? OnlineSince = null);

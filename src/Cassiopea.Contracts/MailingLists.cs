namespace Cassiopea.Contracts;

/// <summary>Find all mailing lists of a member in the old host's inventory. Answer: <see cref="ServiceSurveyed"/>. Sender: Migrations; consumer: MailingLists; key: MigrationId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberReference">The member's reference in inventories and invoices.</param>
/// <param name="Declared">Those that staff declared; they count as found.</param>
[Command]
public sealed record FindMailingLists(Guid MigrationId, string MemberReference, IReadOnlyList<FoundItem> Declared);

/// <summary>Enter one mailing list at the ends that are known and measure it. Answer: <see cref="ItemSurveyed"/>. Sender: Migrations; consumer: MailingLists; key: ItemId, Attempt.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailing list.</param>
/// <param name="Attempt">From 1; a new attempt after a credential or an endpoint changed.</param>
/// <param name="Source">The old place.</param>
/// <param name="Target">The new place; null while unknown.</param>
[Command]
public sealed record SurveyMailingList(Guid MigrationId, Guid ItemId, int Attempt, Endpoint Source, Endpoint? Target);

/// <summary>Copy one mailing list, or what has changed since the last pass. Answers: <see cref="ItemTransferAdvanced"/>, <see cref="ItemTransferred"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: MailingLists; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailing list.</param>
/// <param name="Pass">From 1; each pass is a new number.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old place; only read.</param>
/// <param name="Target">The new place.</param>
/// <param name="Live">The new list is in use: people are only added there, nothing is closed.</param>
/// <param name="Grant">The right to let the list leave; without it nothing does.</param>
[Command]
public sealed record TransferMailingList(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target, bool Live = false, ExportGrant? Grant = null);

/// <summary>Read both ends again and compare. Answers: <see cref="ItemVerified"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: MailingLists; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailing list.</param>
/// <param name="Pass">The pass to verify.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old place; only read.</param>
/// <param name="Target">The new place.</param>
/// <param name="Grant">What was let leave, so that only that is compared; without it nothing is read, unless the new host moved the list itself.</param>
/// <param name="MovedByHost">The new host moved the list itself: everything is compared.</param>
[Command]
public sealed record VerifyMailingList(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target, ExportGrant? Grant = null, bool MovedByHost = false);

/// <summary>Freeze a list at the old host before the last pass: no posts, no subscriptions; reversible. Answers: <see cref="MailingListFrozen"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: MailingLists; key: ItemId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The list.</param>
/// <param name="Source">The old list.</param>
/// <param name="Round">The window it is frozen for, from 1.</param>
[Command]
public sealed record FreezeMailingList(Guid MigrationId, Guid ItemId, Endpoint Source, int Round = 0);

/// <summary>A list is frozen at the old host.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The list.</param>
/// <param name="AsOf">When.</param>
public sealed record MailingListFrozen(Guid MigrationId, Guid ItemId, DateTimeOffset AsOf);

/// <summary>Give a frozen list its own rules back: the cut-over was given back. Answers: <see cref="MailingListUnfrozen"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: MailingLists; key: ItemId, Round.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The list.</param>
/// <param name="Round">The window that was given back, from 1.</param>
/// <param name="Source">The old list.</param>
[Command]
public sealed record UnfreezeMailingList(Guid MigrationId, Guid ItemId, int Round, Endpoint Source);

/// <summary>A list at the old host has its own rules again.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The list.</param>
/// <param name="AsOf">When.</param>
public sealed record MailingListUnfrozen(Guid MigrationId, Guid ItemId, DateTimeOffset AsOf);

namespace Cassiopea.Contracts;

/// <summary>Find all web sites of a member in the old host's inventory. Answer: <see cref="ServiceSurveyed"/>. Sender: Migrations; consumer: WebHosting; key: MigrationId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberReference">The member's reference in inventories and invoices.</param>
/// <param name="Declared">Those that staff declared; they count as found.</param>
[Command]
public sealed record FindSites(Guid MigrationId, string MemberReference, IReadOnlyList<FoundItem> Declared);

/// <summary>Enter one site at the ends that are known and measure it. Answer: <see cref="ItemSurveyed"/>. Sender: Migrations; consumer: WebHosting; key: ItemId, Attempt.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
/// <param name="Attempt">From 1; a new attempt after a credential or an endpoint changed.</param>
/// <param name="Source">The old place.</param>
/// <param name="Target">The new place; null while unknown.</param>
[Command]
public sealed record SurveySite(Guid MigrationId, Guid ItemId, int Attempt, Endpoint Source, Endpoint? Target);

/// <summary>Copy one site, or what has changed since the last pass. Answers: <see cref="ItemTransferAdvanced"/>, <see cref="ItemTransferred"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: WebHosting; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
/// <param name="Pass">From 1; each pass is a new number.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old place; only read.</param>
/// <param name="Target">The new place.</param>
[Command]
public sealed record TransferSite(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target);

/// <summary>Read both ends again and compare. Answers: <see cref="ItemVerified"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: WebHosting; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
/// <param name="Pass">The pass to verify.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old place; only read.</param>
/// <param name="Target">The new place.</param>
[Command]
public sealed record VerifySite(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target);

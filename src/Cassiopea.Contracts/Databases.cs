namespace Cassiopea.Contracts;

/// <summary>Find all databases of a member in the old host's inventory. Answer: <see cref="ServiceSurveyed"/>. Sender: Migrations; consumer: Databases; key: MigrationId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberReference">The member's reference in inventories and invoices.</param>
/// <param name="Declared">Those that staff declared; they count as found.</param>
[Command]
public sealed record FindDatabases(Guid MigrationId, string MemberReference, IReadOnlyList<FoundItem> Declared);

/// <summary>Enter one database at the ends that are known and measure it. Answer: <see cref="ItemSurveyed"/>. Sender: Migrations; consumer: Databases; key: ItemId, Attempt.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Attempt">From 1; a new attempt after a credential or an endpoint changed.</param>
/// <param name="Source">The old place.</param>
/// <param name="Target">The new place; null while unknown.</param>
[Command]
public sealed record SurveyDatabase(Guid MigrationId, Guid ItemId, int Attempt, Endpoint Source, Endpoint? Target);

/// <summary>Copy one database, or what has changed since the last pass. Answers: <see cref="ItemTransferAdvanced"/>, <see cref="ItemTransferred"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: Databases; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Pass">From 1; each pass is a new number.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old place; only read.</param>
/// <param name="Target">The new place.</param>
/// <param name="AfterCutOver">True when the new place is live: nothing is written there, and what was written at the old place since the last delta is told as exceptions.</param>
[Command]
public sealed record TransferDatabase(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target, bool AfterCutOver = false);

/// <summary>Read both ends again and compare. Answers: <see cref="ItemVerified"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: Databases; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="Pass">The pass to verify.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old place; only read.</param>
/// <param name="Target">The new place.</param>
[Command]
public sealed record VerifyDatabase(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target);

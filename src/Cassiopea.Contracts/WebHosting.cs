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
/// <param name="ReportOnly">True once visitors are at the new place: what was written at the old one since the last delta is reported, never copied over what is new.</param>
[Command]
public sealed record TransferSite(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target, bool ReportOnly = false);

/// <summary>Read both ends again and compare. Answers: <see cref="ItemVerified"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: WebHosting; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
/// <param name="Pass">The pass to verify.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old place; only read.</param>
/// <param name="Target">The new place.</param>
[Command]
public sealed record VerifySite(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target);

/// <summary>A database of the member at both ends, for the configuration of a site.</summary>
/// <param name="ItemId">The database.</param>
/// <param name="Source">The old place; its path is the database's name.</param>
/// <param name="Target">The new place; its path is the database's name there.</param>
public sealed record MovedDatabase(Guid ItemId, Endpoint Source, Endpoint Target);

/// <summary>
/// Write the new databases into a site's configurations at the new place, and compare pages of both places over HTTP. Sent when the last deltas of the site
/// and of all databases are verified, before DNS changes. Answer: <see cref="SiteConfigured"/>. Sender: Migrations; consumer: WebHosting; key: ItemId, Pass.
/// </summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
/// <param name="Pass">The site's last delta.</param>
/// <param name="Site">The site's host name, asked for at both places.</param>
/// <param name="Source">The old place; only read.</param>
/// <param name="Target">The new place.</param>
/// <param name="Databases">All databases that move.</param>
[Command]
public sealed record ConfigureSite(Guid MigrationId, Guid ItemId, int Pass, string Site, Endpoint Source, Endpoint Target, IReadOnlyList<MovedDatabase> Databases);

/// <summary>A site's configurations are those of the new place, or why they are not.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
/// <param name="Pass">As asked.</param>
/// <param name="Files">Configurations written.</param>
/// <param name="PagesCompared">Pages asked for at both places; 0 when the old place does not answer over HTTP.</param>
/// <param name="PagesEqual">Of them, those with the same status and title.</param>
/// <param name="Exceptions">What a person should look at; at most 200.</param>
/// <param name="Failure">Why the site may not be switched; null when it may.</param>
/// <param name="AsOf">When.</param>
public sealed record SiteConfigured(
    Guid MigrationId,
    Guid ItemId,
    int Pass,
    int Files,
    int PagesCompared,
    int PagesEqual,
    IReadOnlyList<ItemException> Exceptions,
    Failure? Failure,
    DateTimeOffset AsOf);

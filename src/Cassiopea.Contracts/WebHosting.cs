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
/// <param name="MemberId">Whose key protects the logins of databases that the site's configurations name; null = they are not stored.</param>
/// <param name="Site">The site's host name, for the new place's certificate; empty = it is not looked at.</param>
[Command]
public sealed record SurveySite(Guid MigrationId, Guid ItemId, int Attempt, Endpoint Source, Endpoint? Target, Guid? MemberId = null, string Site = "");

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
/// <param name="Remember">True for the last comparison of what the new host moved: the old place is listed, so that later writes there are told.</param>
[Command]
public sealed record VerifySite(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target, bool Remember = false);

/// <summary>The beginning of paths or addresses at the old place and at the new one.</summary>
/// <param name="From">For example <c>/disk1/asbl/www</c>; not empty.</param>
/// <param name="To">What stands there at the new place.</param>
public sealed record PathMapping(string From, string To);

/// <summary>Tell which paths and addresses of a site become which at the new place; takes the place of what was told before. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who tells.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
/// <param name="Paths">At most 20.</param>
[Command("migration")]
public sealed record MapPaths(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, IReadOnlyList<PathMapping> Paths);

/// <summary>Put all files of a site into an archive for the member. Answer: <see cref="ItemArchived"/> with pass 0. Sender: Migrations; consumer: WebHosting; key: ItemId, Round.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
/// <param name="Round">From 1; each request is a new number.</param>
/// <param name="Source">The old place; only read.</param>
[Command]
public sealed record ArchiveSite(Guid MigrationId, Guid ItemId, int Round, Endpoint Source);

/// <summary>Ask for an archive of a site as it is now, for the member. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
[Command("migration")]
public sealed record RequestArchive(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId);

/// <summary>
/// Take the backup that a site's own program made instead of access to its database: it was found among the files and read to its end. The database is not
/// moved by us then. Consumer: Migrations (saga).
/// </summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who decides.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The database.</param>
/// <param name="SiteId">The site that holds the backup.</param>
/// <param name="Reason">Why; at least 10 characters.</param>
[Command("migration")]
public sealed record AcceptBackup(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, Guid SiteId, string Reason);

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
/// <param name="Paths">Paths and addresses that change in configurations; null = none.</param>
/// <param name="CheckOnly">True for what the new host moved in its own way: pages and certificate are looked at, nothing is written.</param>
[Command]
public sealed record ConfigureSite(
    Guid MigrationId,
    Guid ItemId,
    int Pass,
    string Site,
    Endpoint Source,
    Endpoint Target,
    IReadOnlyList<MovedDatabase> Databases,
    IReadOnlyList<PathMapping>? Paths = null,
    bool CheckOnly = false);

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

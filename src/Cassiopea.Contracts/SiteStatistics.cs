namespace Cassiopea.Contracts;

/// <summary>The member says whether a site's visit statistics are needed, for example for the subsidising authority. Without an answer they count as needed. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who answers.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
/// <param name="Wanted">False: nobody needs them, and the cut-over does not wait for them.</param>
/// <param name="Page">Path of the page at the old place that shows them, for example <c>/stats/</c>; empty = looked for among the files and at the usual paths.</param>
[Command("migration")]
public sealed record AnswerStatistics(Guid OperationId, string Actor, Guid MigrationId, Guid ItemId, bool Wanted, string Page = "");

/// <summary>Save a site's visit statistics: raw files and rendered pages, a table and pages to print. Answer: <see cref="StatisticsSaved"/>. Sender: Migrations; consumer: WebHosting; key: ItemId, Round.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
/// <param name="Round">From 1; each time is a new number.</param>
/// <param name="Last">True for the one at the cut-over, after the last delta.</param>
/// <param name="Site">The site's host name.</param>
/// <param name="Source">The old place; only read.</param>
/// <param name="Page">Path of the page that shows them; empty = looked for.</param>
[Command]
public sealed record SaveStatistics(Guid MigrationId, Guid ItemId, int Round, bool Last, string Site, Endpoint Source, string Page = "");

/// <summary>Visit statistics as they are delivered to the member.</summary>
/// <param name="RawFiles">Data files of the counting program.</param>
/// <param name="Pages">Rendered pages and their pictures.</param>
/// <param name="Months">Months in the table.</param>
/// <param name="From">First month, <c>yyyy-MM</c>; empty when no data file could be read.</param>
/// <param name="To">Last month, <c>yyyy-MM</c>.</param>
/// <param name="Part">The file with all of it; the table and the pages to print are in it.</param>
/// <param name="AsOf">When they were read.</param>
/// <param name="LeftOut">Files and pages that could not be read; <c>left-out.txt</c> in the file names each.</param>
public sealed record SavedStatistics(int RawFiles, int Pages, int Months, string From, string To, ArchivePart Part, DateTimeOffset AsOf, int LeftOut = 0);

/// <summary>A site's visit statistics were saved and read again, or why not.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The site.</param>
/// <param name="Round">As asked.</param>
/// <param name="Last">As asked.</param>
/// <param name="Statistics">What was saved; null with a failure.</param>
/// <param name="Failure">Why not; null when saved.</param>
/// <param name="AsOf">When.</param>
public sealed record StatisticsSaved(Guid MigrationId, Guid ItemId, int Round, bool Last, SavedStatistics? Statistics, Failure? Failure, DateTimeOffset AsOf);

/// <summary>What is known of a site's visit statistics.</summary>
/// <param name="Wanted">The member's word; null = not answered, counts as yes.</param>
/// <param name="AnsweredBy">Who answered.</param>
/// <param name="AnsweredAt">When.</param>
/// <param name="Page">Path of the page that shows them.</param>
/// <param name="Saved">The newest that were saved.</param>
/// <param name="Last">True when <paramref name="Saved"/> was taken at the cut-over.</param>
/// <param name="Failure">Why the last try saved nothing.</param>
public sealed record SiteStatistics(
    bool? Wanted = null,
    string AnsweredBy = "",
    DateTimeOffset? AnsweredAt = null,
    string Page = "",
    SavedStatistics? Saved = null,
    bool Last = false,
    Failure? Failure = null);

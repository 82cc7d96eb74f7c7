namespace Cassiopea.Sites.Statistics;

/// <summary>Visits of one month, as a program of the old host counted them.</summary>
/// <param name="Tool"><c>awstats</c> or <c>webalizer</c>.</param>
/// <param name="Site">Host name in the file's name; empty when it says none.</param>
/// <param name="Year">Four digits.</param>
/// <param name="Month">From 1.</param>
/// <param name="Visits">Visits.</param>
/// <param name="Visitors">Different visitors (AWStats) or hosts (Webalizer).</param>
/// <param name="Pages">Pages.</param>
/// <param name="Hits">Requests.</param>
/// <param name="Bytes">Bytes sent.</param>
public sealed record VisitMonth(string Tool, string Site, int Year, int Month, long Visits, long Visitors, long Pages, long Hits, long Bytes);

/// <summary>A page and how often it was seen in a year.</summary>
/// <param name="Year">Four digits.</param>
/// <param name="Page">Its path.</param>
/// <param name="Views">How often.</param>
public sealed record PageViews(int Year, string Page, long Views);

/// <summary>All that the old host has counted.</summary>
/// <param name="Months">In the order of time.</param>
/// <param name="Pages">The most seen pages of each year.</param>
/// <param name="Files">The files themselves, kept as they are.</param>
/// <param name="Unreadable">Files that look like statistics but could not be read.</param>
public sealed record VisitStatistics(IReadOnlyList<VisitMonth> Months, IReadOnlyList<PageViews> Pages, IReadOnlyList<Tree.SitePath> Files, IReadOnlyList<Tree.SitePath> Unreadable);

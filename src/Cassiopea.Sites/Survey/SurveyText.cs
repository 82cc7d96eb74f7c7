using System.Globalization;
using Cassiopea.Sites.Compatibility;

namespace Cassiopea.Sites.Survey;

/// <summary>A survey in lines for people, in English.</summary>
public static class SurveyText
{
    private const int ShownOfOneKind = 8;

    /// <summary>The lines; no password is in them.</summary>
    /// <param name="survey">What was found.</param>
    public static IEnumerable<string> Lines(SiteSurveyResult survey)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{survey.Files} files, {survey.Folders} folders, {survey.Bytes / 1e6:0.0} MB, {survey.Links} links; last change {survey.LastChangeAt:yyyy-MM-dd}; {survey.PhpFiles} PHP files read");
        foreach (var system in survey.Systems)
            yield return $"{system.Kind} {system.Version} in /{SitePathText(system.Root)}";
        foreach (var database in survey.Databases)
            yield return $"database {database}";
        yield return $"access to the database: {survey.Access}";
        foreach (var dump in survey.Dumps)
            yield return $"backup {dump.File}: {dump.Tables.Count} tables, {dump.Tables.Sum(static t => t.Rows)} rows{(dump.Problem.Length > 0 ? "; " + dump.Problem : "")}";
        if (survey.Statistics.Count > 0)
            yield return $"visit statistics: {survey.Statistics.Count} files in {string.Join(", ", survey.Statistics.Select(static s => "/" + SitePathText(s.Folder)).Distinct().Take(ShownOfOneKind))}";
        yield return $"extensions: {string.Join(", ", survey.Extensions.Select(static e => e.Name + (e.Needed ? "" : " (optional)") + (e.AtTarget ? "" : " (NOT at the target)")))}";
        yield return $"from {survey.Source} to {survey.Target}: {survey.FindingCount} findings";
        foreach (var kind in survey.Findings.GroupBy(static f => (f.Weight, f.Code)).OrderByDescending(static k => k.Key.Weight))
        {
            var all = kind.ToList();
            yield return $"{(kind.Key.Weight == FindingWeight.Stops ? "!!" : kind.Key.Weight == FindingWeight.Warns ? " !" : "  ")} {kind.Key.Code}: {all.Count}";
            foreach (var finding in all.Take(ShownOfOneKind))
                yield return $"     {finding.Place}{(finding.Subject.Length > 0 ? " " + finding.Subject : "")}: {finding.Text}";
            if (all.Count > ShownOfOneKind)
                yield return $"     and {all.Count - ShownOfOneKind} more";
        }

        foreach (var (file, reason) in survey.Unreadable.Take(ShownOfOneKind))
            yield return $"not read: {file}: {reason}";
    }

    private static string SitePathText(string bytes) => Tree.SitePath.OfBytes(bytes).ToString();
}

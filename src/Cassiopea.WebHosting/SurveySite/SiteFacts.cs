using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Sites.Compatibility;
using Cassiopea.Sites.Statistics;
using Cassiopea.Sites.Survey;

namespace Cassiopea.WebHosting;

/// <summary>What a survey found, as named facts; a password is in none of them.</summary>
internal static class SiteFacts
{
    private const int MostOfOneName = 20;

    public static IEnumerable<Fact> OfSource(SiteSurveyResult survey, VisitStatistics statistics, IReadOnlyCollection<string> unreadable)
    {
        yield return Number("files", survey.Files, "files");
        yield return Number("folders", survey.Folders, "folders");
        yield return Number("bytes", survey.Bytes, "bytes");
        yield return Number("links", survey.Links, "links");
        if (survey.LastChangeAt is { } last)
            yield return new Fact("last-used", last.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture));
        foreach (var system in survey.Systems.Take(MostOfOneName))
            yield return new Fact("cms", $"{system.Kind} {system.Version}".TrimEnd() + " in /" + Sites.Tree.SitePath.OfBytes(system.Root));
        foreach (var database in survey.Databases.Take(MostOfOneName))
            yield return new Fact("database", $"Credentials found for database {database.Name} in {database.File}:{database.Line}".TrimEnd());
        yield return new Fact("database-access", survey.Access.ToString());
        foreach (var dump in survey.Dumps.Take(MostOfOneName))
            yield return new Fact("database-backup", string.Create(CultureInfo.InvariantCulture, $"{dump.File}: {dump.Tables.Count} tables, {dump.Tables.Sum(static t => t.Rows)} rows{(dump.Problem.Length > 0 ? ", " + dump.Problem : "")}"));
        if (survey.Dumps.Where(static d => d.IsWhole).MaxBy(static d => d.ModifiedAt) is { } whole)
            yield return new Fact("database-backup-whole", string.Create(CultureInfo.InvariantCulture, $"{whole.File}: {whole.Tables.Count} tables, {whole.Tables.Sum(static t => t.Rows)} rows"));
        foreach (var extension in survey.Missing)
            yield return new Fact("extension-missing", extension);
        yield return new Fact("php-source", survey.Source);
        yield return new Fact("php-target", survey.Target);
        foreach (var weight in survey.Findings.GroupBy(static f => f.Weight))
            yield return Number(weight.Key switch { FindingWeight.Stops => "php-stops", FindingWeight.Warns => "php-warns", _ => "php-notes" }, weight.Count(), "findings");
        foreach (var finding in survey.Findings.Where(static f => f.Weight == FindingWeight.Stops).Take(MostOfOneName))
            yield return new Fact("php-stop", $"{finding.Place} {finding.Code} {finding.Subject}".TrimEnd());
        if (survey.Findings.Count(static f => f.Code == "sends-mail") is var mails and > 0)
            yield return Number("sends-mail", mails, "findings");
        if (statistics.Files.Count > 0)
        {
            yield return Number("statistics-files", statistics.Files.Count, "files");
            yield return Number("statistics-months", statistics.Months.Count, "months");
        }

        if (unreadable.Count + survey.Unreadable.Count is var not and > 0)
            yield return Number("not-readable", not, "files");
    }

    public static IEnumerable<Fact> OfTarget(string software, int entries)
    {
        yield return Number("target-entries", entries, "files");
        if (software.Length > 0)
            yield return new Fact("target-software", software);
    }

    private static Fact Number(string name, long value, string unit) => new(name, value.ToString(CultureInfo.InvariantCulture), unit);
}

using System.Globalization;
using System.Text;
using Cassiopea.Gateway.Problems;

namespace Cassiopea.Gateway.Reports;

/// <summary><c>GET /reports</c>: figures; <c>GET /reports/{name}</c>: a list, as JSON or, with <c>format=csv</c>, as a file for spreadsheets.</summary>
internal static class ReportEndpoints
{
    const char Separator = ';';

    public static void MapReports(this IEndpointRouteBuilder api)
    {
        api.MapGet("/reports", async (ReportQueries reports, CancellationToken token) => TypedResults.Ok(await reports.SummaryAsync(token)))
            .WithSummary("Figures over all migrations").WithTags("reports");
        api.MapGet("/reports/{name}", async (string name, string? format, ReportQueries reports, CancellationToken token) =>
            format == "csv" ? await CsvAsync(name, reports, token)
            : await reports.FindAsync(name, token) is { } report ? TypedResults.Ok(report) : Problem.NotFound())
            .Produces<Report>().WithSummary("A whole list: members, items or predictions; format=csv = a file").WithTags("reports");
    }

    public static async Task<IResult> CsvAsync(string name, ReportQueries reports, CancellationToken token) =>
        await reports.FindAsync(name, token) is { } report
            ? Results.File([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Csv(report))], "text/csv; charset=utf-8", report.Name + ".csv") : Problem.NotFound();

    /// <summary>RFC 4180 with <c>;</c>, which spreadsheets of Belgium expect.</summary>
    internal static string Csv(Report report)
    {
        var text = new StringBuilder();
        text.AppendJoin(Separator, report.Columns).Append("\r\n");
        foreach (var row in report.Rows)
            text.AppendJoin(Separator, row.Select(Cell)).Append("\r\n");
        return text.ToString();
    }

    // names come from members: a spreadsheet must never take one for a formula
    static string Cell(object? value)
    {
        if (value is DateTimeOffset at)
            return at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var cell = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        if (value is string && cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n')
            cell = "'" + cell;
        return cell.AsSpan().IndexOfAny("\";\r\n") < 0 ? cell : "\"" + cell.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }
}

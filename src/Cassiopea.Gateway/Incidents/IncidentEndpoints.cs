using Cassiopea.Gateway.Bulk;
using Cassiopea.Gateway.Problems;
using Cassiopea.ServiceDefaults.Incidents;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Incidents;

/// <summary>Items that wait for a person, grouped by failure code, each with cause, who must act and what to do.</summary>
internal static class IncidentEndpoints
{
    public static void MapIncidents(this IEndpointRouteBuilder api)
    {
        api.MapGet("/incidents", async (HttpContext http, string? language, GatewayContext db, CancellationToken token) =>
            TypedResults.Ok(await GroupsAsync(db, LanguageOf(http, language), token)))
        .WithSummary("What waits for a person, grouped by failure code; language = fr, nl or en").WithTags("incidents");
        api.MapGet("/incidents/{code}", (string code, string? language, HttpContext http) =>
            FailureGuide.Find(code, LanguageOf(http, language)) is { } found ? (IResult)TypedResults.Ok(found) : Problem.NotFound())
            .Produces<FailureExplanation>().WithSummary("What a failure code means, who must act and what to do").WithTags("incidents");
    }

    public static async Task<List<IncidentGroup>> GroupsAsync(GatewayContext db, string language, CancellationToken token)
    {
        var groups = await BulkScope.Waiting(db).GroupBy(item => item.FailureCode!)
            .Select(group => new { Code = group.Key, Items = group.Count(), Migrations = group.Select(item => item.MigrationId).Distinct().Count(), Since = group.Min(item => item.AsOf) })
            .OrderByDescending(group => group.Items).ThenBy(group => group.Code).ToListAsync(token);
        return groups.ConvertAll(group => new IncidentGroup(group.Code, group.Items, group.Migrations, group.Since, Explained(group.Code, language)));
    }

    /// <summary>What was asked for, else the browser's wish, else French.</summary>
    static string LanguageOf(HttpContext http, string? asked) =>
        http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(wish => wish.Quality ?? 1).Select(wish => wish.Value.ToString())
            .Prepend(asked ?? "").Where(wish => wish.Length >= 2).Select(wish => wish[..2].ToLowerInvariant()).FirstOrDefault(FailureGuide.Languages.Contains) ?? "fr";

    // a code that a newer service sends before this gateway knows it is shown as it is
    static FailureExplanation Explained(string code, string language) => FailureGuide.Find(code, language) ?? new FailureExplanation(code, "staff", "", "");
}

/// <summary>All items that wait for the same reason.</summary>
/// <param name="Code">The failure code.</param>
/// <param name="Items">How many items.</param>
/// <param name="Migrations">In how many migrations.</param>
/// <param name="Since">The oldest of them.</param>
/// <param name="Explanation">Cause, who must act, what to do.</param>
internal sealed record IncidentGroup(string Code, int Items, int Migrations, DateTimeOffset Since, FailureExplanation Explanation);

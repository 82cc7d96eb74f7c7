using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Api;

/// <summary>The texts that members receive: read, and written anew in versions.</summary>
internal static class TextEndpoints
{
    public static void MapTexts(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/texts", async (GatewayContext db, CancellationToken token) => TypedResults.Ok(await ListAsync(db, token)))
        .WithSummary("Texts that members receive, in their latest versions").WithTags("texts");
        api.MapGet("/texts/{template}/{language}", async (string template, string language, int? version, GatewayContext db, CancellationToken token) =>
        {
            var row = await db.LetterTexts.AsNoTracking().Where(t => t.Template == template && t.Language == language && (version == null || t.Version == version))
                .OrderByDescending(t => t.Version).FirstOrDefaultAsync(token);
            return row is null ? Problem.NotFound() : (IResult)TypedResults.Ok(TextView.Of(row));
        })
        .Produces<TextView>().WithSummary("One text; version = an earlier one").WithTags("texts");
        commands.MapPost("/texts/{template}/{language}/versions", EditAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Write a new version of a text").WithTags("texts");
    }

    /// <summary>The newest version of each text.</summary>
    public static async Task<List<TextSummary>> ListAsync(GatewayContext db, CancellationToken token) =>
        (await db.LetterTexts.AsNoTracking()
            .Where(row => !db.LetterTexts.Any(newer => newer.Template == row.Template && newer.Language == row.Language && newer.Version > row.Version))
            .OrderBy(row => row.Template).ThenBy(row => row.Language).ToListAsync(token)).ConvertAll(TextSummary.Of);

    static async Task<IResult> EditAsync(
        string template, string language, TextBody body, HttpContext http, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        if (!await db.LetterTexts.AnyAsync(t => t.Template == template && t.Language == language, token))
            return Problem.NotFound();
        var check = new Check()
            .That(body.Text is { Length: > 0 and <= 10_000 }, "text", "must have 1 to 10000 characters")
            .That(body.BasedOn > 0, "basedOn", "is the version that you saw");
        if (check.Refusal() is { } refusal)
            return refusal;
        var operation = desk.Open(caller, Verbs.EditText);
        return await desk.TakeAsync(http, operation, new EditText(operation.Id, operation.Actor, template, language, body.Text!, body.BasedOn), $"{template}.{language}", token);
    }
}

/// <summary>A new version of a text.</summary>
/// <param name="Text">First line the subject, then the letter.</param>
/// <param name="BasedOn">The version that the writer saw.</param>
internal sealed record TextBody(string? Text, int BasedOn);

/// <summary>A text in the list.</summary>
internal sealed record TextSummary(string Template, string Language, int Version, string Subject, string Actor, DateTimeOffset AsOf)
{
    public static TextSummary Of(LetterTextRow row) => new(row.Template, row.Language, row.Version, row.Text.Split('\n', 2)[0].Trim(), row.Actor, row.AsOf);
}

/// <summary>A version of a text; <c>fields</c> may stand in braces.</summary>
internal sealed record TextView(string Template, string Language, int Version, string Text, IReadOnlyList<string> Fields, string Actor, DateTimeOffset AsOf)
{
    public static TextView Of(LetterTextRow row) => new(row.Template, row.Language, row.Version, row.Text, row.Fields, row.Actor, row.AsOf);
}

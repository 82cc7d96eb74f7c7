using System.Globalization;
using System.Reflection;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.Extensions.Options;

namespace Cassiopea.Gateway.Domains;

/// <summary>
/// The guide's hint for the registrar's secret question: the owner's own towns first, then the two of the guide. An answer to such a question opens an
/// account, so only the signed-in owner of the domain sees it, on the rung where it helps; it is in no message, mail, file, log, dossier or export, and
/// what the owner tries is never asked nor kept.
/// </summary>
internal static class RecoveryHint
{
    static readonly Dictionary<string, string[]> Texts = DomainSentences.Languages.ToDictionary(language => language, Read);

    public static void MapRecoveryHint(this IEndpointRouteBuilder api) =>
        api.MapGet("/items/{id:guid}/recovery-hint", async (
            Guid id, HttpContext http, Caller caller, BoardQueries board, GatewayContext db, CommandDesk desk, IOptions<GatewayOptions> options, CancellationToken token) =>
        {
            if (await board.ItemAsync(caller, id, token) is not { Kind: ItemKind.Domain } item)
                return Problem.NotFound();
            if (item.Arrangement?.Rights is not { State: RightsState.Open, Next: RecoveryRung.PasswordRecovery or RecoveryRung.OwnershipProof or RecoveryRung.NameServersOnly })
                return Problem.Of(ProblemCode.TransitionNotAllowed, "The hint is shown once the identifier was told to the owner, and while the password is being recovered.", allowed: []);
            http.Response.Headers.CacheControl = "no-store";
            desk.Note(caller.Owner, Verbs.SeeHint, $"item/{id}", "");
            await db.SaveChangesAsync(token);
            return (IResult)TypedResults.Ok(new RecoveryHintView([.. Enumerable.Range(0, 2).Select(step => new HintStep(step + 1, Step("fr", step, options.Value), Step("nl", step, options.Value), Step("en", step, options.Value)))]));
        })
        .Produces<RecoveryHintView>().WithSummary("The guide's hint for the secret question, in its order; the owner only").WithTags("items");

    static string Step(string language, int step, GatewayOptions options) =>
        step == 0 ? Texts[language][0] : string.Format(CultureInfo.InvariantCulture, Texts[language][1], options.FirstHintTown, options.SecondHintTown);

    static string[] Read(string language)
    {
        var name = $"Cassiopea.Gateway.Domains.Texts.hint.{language}.txt";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"No text {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

/// <summary>The hint, in the order in which it is to be tried.</summary>
internal sealed record RecoveryHintView(IReadOnlyList<HintStep> Steps);

/// <summary>One step of the hint.</summary>
/// <param name="Order">From 1.</param>
/// <param name="Fr">French.</param>
/// <param name="Nl">Dutch.</param>
/// <param name="En">English.</param>
internal sealed record HintStep(int Order, string Fr, string Nl, string En);

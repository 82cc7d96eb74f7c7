namespace Cassiopea.Gateway.Problems;

/// <summary>Each problem's <c>type</c> can be opened.</summary>
internal static class ProblemEndpoints
{
    public static void MapProblems(this IEndpointRouteBuilder app)
    {
        app.MapGet("/problems", () => TypedResults.Ok(ProblemCode.All.Select(ProblemView.Of))).WithSummary("All kinds of problem").WithTags("problems");
        app.MapGet("/problems/{code}", (string code) =>
            ProblemCode.TryFind(code, out var problem) ? TypedResults.Ok(ProblemView.Of(problem)) : (IResult)Problem.NotFound())
            .Produces<ProblemView>().WithSummary("What a kind of problem means and who must do what").WithTags("problems");
    }
}

/// <summary>A kind of problem.</summary>
internal sealed record ProblemView(string Type, string Code, int Status, string English, string French)
{
    public static ProblemView Of(ProblemCode problem) => new(problem.Type, problem.Code, problem.Status, problem.English, problem.French);
}

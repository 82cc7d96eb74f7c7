namespace Cassiopea.Cli.Api;

internal static class IncidentCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("incident list", "", "What waits for a person, grouped by failure code, or the items of one --code", "Ce qui attend une personne, par code d'échec, ou les éléments d'un --code", "--code=", async (line, api, token) =>
        {
            if (line.Value("--code") is { } code)
            {
                var items = await api.ListAsync($"items?failure={Uri.EscapeDataString(code)}", token);
                if (line.Has("--json")) Output.Json(items);
                else ItemCommands.Table(items);
                return ExitCode.Complete;
            }

            var groups = await api.GetAsync("incidents", token);
            if (line.Has("--json")) Output.Json(groups);
            else
                Output.Table(
                    ["code", Speech.Of("items", "éléments"), "migrations", Speech.Of("since", "depuis"), Speech.Of("who", "qui"), Speech.Of("what to do", "que faire")],
                    groups.EnumerateArray().Select(static g => new[]
                    {
                        g.Text("code"), g.Text("items"), g.Text("migrations"), g.When("since"), g.Member("explanation")?.Text("who") ?? "", g.Member("explanation")?.Text("fix") ?? "",
                    }));
            return ExitCode.Complete;
        }),
        ApiCommands.Read("incident explain", "CODE", "What a failure code means, who must act and what to do; --language fr, nl or en", "Ce que signifie un code d'échec, qui doit agir et que faire ; --language fr, nl ou en", "--language=", async (line, api, token) =>
        {
            var told = await api.GetAsync($"incidents/{Uri.EscapeDataString(ApiCommands.Word(line, "CODE"))}?language={line.Value("--language") ?? (Speech.IsFrench ? "fr" : "en")}", token);
            if (line.Has("--json")) Output.Json(told);
            else Output.Fields([("code", told.Text("code")), (Speech.Of("cause", "cause"), told.Text("cause")), (Speech.Of("who", "qui"), told.Text("who")), (Speech.Of("what to do", "que faire"), told.Text("fix"))]);
            return ExitCode.Complete;
        }),
        ApiCommands.Ask("incident retry", "", "Try parked items again: of a --code, --kind, --member, --host, or --all; without --expected-count it only tells how many",
            "Réessayer les éléments en attente : d'un --code, --kind, --member, --host, ou --all ; sans --expected-count, dit seulement combien", BulkCommands.Scope + " --code=", (line, api, token) =>
            BulkCommands.RunAsync(line, api, "retry", token)),
    ];
}

namespace Cassiopea.Cli.Api;

internal static class IncidentCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("incident list", "", "Parked items of all migrations, or those of one failure --code", "Les éléments en attente de toutes les migrations, ou ceux d'un code d'échec --code", "--code=", async (line, api, token) =>
        {
            var items = await FindAsync(line, api, token);
            if (line.Has("--json")) Output.Json(items);
            else ItemCommands.Table(items);
            return ExitCode.Complete;
        }),
        ApiCommands.Ask("incident retry", "", "Try all parked items of one failure --code again; --expected-count must be what incident list told",
            "Réessayer tous les éléments en attente d'un code d'échec --code ; --expected-count doit être ce que dit incident list", "--code= --expected-count=", async (line, api, token) =>
            {
                _ = line.Required("--code");
                var expected = line.Number("--expected-count", -1, 0, int.MaxValue);
                var items = await FindAsync(line, api, token);
                if (items.Count != expected)
                    throw new ApiException(ExitCode.Refused, Speech.Of(
                        $"count-changed: {items.Count} items match now; nothing was done. Look again, then give --expected-count {items.Count}.",
                        $"count-changed : {items.Count} éléments correspondent ; rien n'a été fait. Regardez à nouveau, puis donnez --expected-count {items.Count}."), "count-changed");
                var (worst, key) = (ExitCode.Complete, ApiCommands.KeyOf(line));
                foreach (var item in items)
                {
                    var answer = await api.PostAsync($"items/{item.Text("id")}/commands/retry", $"{key}/{item.Text("id")}", null, token);
                    worst = Math.Max(worst, await ApiCommands.FollowAsync(line, api, answer, token));
                }

                return worst;
            }),
    ];

    private static Task<IReadOnlyList<System.Text.Json.JsonElement>> FindAsync(CommandLine line, ApiClient api, CancellationToken token) =>
        api.ListAsync("items?state=NeedsStaff" + (line.Value("--code") is { } code ? "&failure=" + Uri.EscapeDataString(code) : ""), token);
}

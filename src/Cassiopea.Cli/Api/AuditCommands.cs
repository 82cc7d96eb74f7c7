namespace Cassiopea.Cli.Api;

internal static class AuditCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("audit list", "", "Acts of people, oldest first", "Les actes des personnes, le plus ancien d'abord", "--actor= --action= --object=", async (line, api, token) =>
        {
            var filters = new[] { "actor", "action", "object" }.Where(name => line.Value("--" + name) is not null)
                .Select(name => $"{name}={Uri.EscapeDataString(line.Required("--" + name))}");
            var entries = await api.ListAsync("audit?" + string.Join('&', filters), token);
            if (line.Has("--json")) Output.Json(entries);
            else
                Output.Table(
                    [Speech.Of("when", "quand"), Speech.Of("who", "qui"), Speech.Of("act", "acte"), Speech.Of("on", "sur"), Speech.Of("reason", "raison")],
                    entries.Select(static e => new[] { e.When("at"), e.Text("actor"), e.Text("action"), e.Text("object"), e.Text("reason") }));
            return ExitCode.Complete;
        }),
        ApiCommands.Ask("audit verify", "", "Compute the audit chains of all services again; with --head only the gateway's, which must hold that head", "Recalculer les chaînes d'audit de tous les services ; avec --head, celle de la passerelle, qui doit contenir cette tête",
            "--head=", async (line, api, token) =>
            {
                if (line.Value("--head") is null) return await VerifyAllAsync(line, api, token);
                var verdict = await api.GetAsync($"audit/verification?head={Uri.EscapeDataString(line.Value("--head") ?? "")}", token);
                var intact = verdict.Text("intact") == "True";
                if (line.Has("--json")) Output.Json(verdict);
                else Output.Line(intact
                    ? Speech.Of($"intact: {verdict.Text("entries")} entries, head {verdict.Text("head")}", $"intacte : {verdict.Text("entries")} actes, tête {verdict.Text("head")}")
                    : Speech.Of($"broken: {verdict.Text("problem")}", $"rompue : {verdict.Text("problem")}"));
                return intact ? ExitCode.Complete : ExitCode.Different;
            }),
    ];

    private static async Task<int> VerifyAllAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var operation = await api.PostAsync("audit/verifications", ApiCommands.KeyOf(line), new { }, token);
        var ended = await ApiCommands.FollowAsync(line, api, operation, token);
        if (!line.Has("--json"))
            foreach (var verdict in (await api.GetAsync("audit/verdicts", token)).EnumerateArray().Where(v => v.Text("operationId") == operation.Text("id")))
                Output.Line(verdict.Text("intact") == "True"
                    ? Speech.Of($"  {verdict.Text("service"),-14} intact: {verdict.Text("entries")} entries, head {verdict.Text("head")}", $"  {verdict.Text("service"),-14} intacte : {verdict.Text("entries")} actes, tête {verdict.Text("head")}")
                    : Speech.Of($"  {verdict.Text("service"),-14} broken: {verdict.Text("problem")}", $"  {verdict.Text("service"),-14} rompue : {verdict.Text("problem")}"));
        return ended == ExitCode.Refused ? ExitCode.Different : ended;
    }
}

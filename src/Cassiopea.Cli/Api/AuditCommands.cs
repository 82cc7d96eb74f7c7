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
        ApiCommands.Read("audit verify", "", "Compute the gateway's audit chain again; --head = a head noted earlier", "Recalculer la chaîne d'audit de la passerelle ; --head = une tête notée auparavant",
            "--head=", async (line, api, token) =>
            {
                var verdict = await api.GetAsync($"audit/verification?head={Uri.EscapeDataString(line.Value("--head") ?? "")}", token);
                var intact = verdict.Text("intact") == "True";
                if (line.Has("--json")) Output.Json(verdict);
                else Output.Line(intact
                    ? Speech.Of($"intact: {verdict.Text("entries")} entries, head {verdict.Text("head")}", $"intacte : {verdict.Text("entries")} actes, tête {verdict.Text("head")}")
                    : Speech.Of($"broken: {verdict.Text("problem")}", $"rompue : {verdict.Text("problem")}"));
                return intact ? ExitCode.Complete : ExitCode.Different;
            }),
    ];
}

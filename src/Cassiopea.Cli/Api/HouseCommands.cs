using System.Globalization;

namespace Cassiopea.Cli.Api;

/// <summary>Dead letters, and the forecast.</summary>
internal static class HouseCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("dead-letter list", "", "Messages that failed for good, of all services", "Les messages en échec définitif, de tous les services", "--service= --ended", async (line, api, token) =>
        {
            var service = line.Value("--service") is { } name ? $"&service={Uri.EscapeDataString(name)}" : "";
            var letters = await api.ListAsync($"dead-letters?ended={(line.Has("--ended") ? "true" : "false")}{service}", token);
            if (line.Has("--json")) Output.Json(letters);
            else
                Output.Table(
                    ["service", Speech.Of("queue", "file"), Speech.Of("when", "quand"), Speech.Of("error", "erreur"), Speech.Of("discard proposed by", "abandon proposé par"), "id"],
                    letters.Select(static l => new[] { l.Text("service"), l.Text("queue"), l.When("at"), $"{l.Text("errorType")} {l.Text("error")}".Trim(), l.Text("discardProposedBy"), l.Text("id") }));
            return ExitCode.Complete;
        }),
        Decide("requeue", "Send a message to its queue again", "Renvoyer un message à sa file"),
        Decide("discard", "Discard a message; a second person must do so too", "Abandonner un message ; une seconde personne doit le faire aussi"),
        ApiCommands.Read("forecast", "", "Will everybody be out by the closing date, and who is at risk", "Tout le monde sera-t-il parti à la date de fermeture, et qui est en danger", "--closing= --runs= --seed= --lanes=", async (line, api, token) =>
        {
            var query = new[] { "closing", "runs", "seed", "lanes" }.Where(name => line.Value("--" + name) is not null).Select(name => $"{name}={Uri.EscapeDataString(line.Required("--" + name))}");
            var told = await api.GetAsync("forecast?" + string.Join('&', query), token);
            if (line.Has("--json"))
            {
                Output.Json(told);
                return ExitCode.Complete;
            }

            Output.Line(Speech.Of(
                $"All out by {told.Text("closingDate")}: {Percent(told.Text("allInTime"))} ({told.Text("open")} open, {told.Text("runs")} runs, seed {told.Text("seed")})",
                $"Tous partis le {told.Text("closingDate")} : {Percent(told.Text("allInTime"))} ({told.Text("open")} en cours, {told.Text("runs")} tirages, graine {told.Text("seed")})"));
            Output.Table(
                [Speech.Of("member", "membre"), Speech.Of("in time", "à temps"), Speech.Of("half by (days)", "moitié (jours)"), Speech.Of("9 of 10 by (days)", "9 sur 10 (jours)")],
                told.GetProperty("departures").EnumerateArray().Select(static d => new[] { d.Text("memberReference"), Percent(d.Text("inTime")), Days(d.Text("half")), Days(d.Text("nineTenths")) }));
            Output.Table(
                [Speech.Of("stage", "étape"), Speech.Of("median (days)", "médiane (jours)"), Speech.Of("from", "d'après")],
                told.GetProperty("stages").EnumerateArray().Select(static s => new[]
                {
                    s.Text("stage"), Days(s.Text("medianDays")), s.Text("measured") == "True" ? Speech.Of($"{s.Text("seen")} measured", $"{s.Text("seen")} mesurées") : Speech.Of("assumed", "hypothèse"),
                }));
            return ExitCode.Complete;
        }),
    ];

    private static Command Decide(string act, string english, string french) =>
        ApiCommands.Ask($"dead-letter {act}", "ID", english, french, "--reason=", (line, api, token) =>
            ApiCommands.SendAsync(line, api, $"dead-letters/{Uri.EscapeDataString(ApiCommands.Word(line, "ID"))}/{act}", new { reason = line.Required("--reason") }, token));

    private static string Percent(string share) => double.TryParse(share, CultureInfo.InvariantCulture, out var value) ? value.ToString("P0", CultureInfo.InvariantCulture) : share;

    private static string Days(string days) => double.TryParse(days, CultureInfo.InvariantCulture, out var value) ? value.ToString("0.0", CultureInfo.InvariantCulture) : days;
}

using System.Text.Json;

namespace Cassiopea.Cli.Api;

internal static class MigrationCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("migration list", "", "Migrations, oldest first", "Les migrations, la plus ancienne d'abord", "--state= --waiting-for=", ListAsync),
        ApiCommands.Ask("migration request", "MEMBER", "Begin a member's migration", "Commencer la migration d'un membre", "", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, "migrations", new { memberId = await Find.MemberAsync(api, ApiCommands.Word(line, "MEMBER"), token) }, token)),
        ApiCommands.Read("migration show", "MIGRATION", "State, who is waited for, what is allowed, items", "État, qui doit agir, ce qui est permis, éléments", "", ShowAsync),
        ApiCommands.Read("migration watch", "MIGRATION", "Live progress until it is over or in the state --until; resumes by itself",
            "Suivi en direct jusqu'à la fin ou l'état --until ; reprend de lui-même", "--until= --timeout=", WatchCommand.RunAsync),
        ApiCommands.Read("migration timeline", "MIGRATION", "What happened", "Ce qui s'est passé", "", TimelineAsync),
        ApiCommands.Read("migration connection-sheet", "MIGRATION", "How to connect to each service, without passwords; --target for the new place, --language fr|nl|en, --html, --out FILE",
            "Comment se connecter à chaque service, sans mots de passe ; --target pour le nouvel emplacement, --language fr|nl|en, --html, --out FICHIER", "--target --language= --html --out=", ConnectionSheetAsync),
        ApiCommands.Read("migration dossier", "MIGRATION", "The dossier, as JSON or with --html as a page; --out FILE", "Le dossier, en JSON ou par --html en page ; --out FICHIER", "--html --out=", DossierAsync),
        Plain("approve-plan", "Freeze the plan", "Figer le plan"),
        Plain("start", "Start the first copy", "Lancer la première copie"),
        WithReason("pause", "Hold; running passes stop within 10 s", "Suspendre ; les passes s'arrêtent en 10 s", confirm: false),
        Plain("resume", "Go on", "Reprendre"),
        WithReason("cancel", "Give up before the cut-over", "Abandonner avant la bascule", confirm: true),
        ApiCommands.Ask("migration cutover", "MIGRATION", "Approve the cut-over; a second person where DNS changes. Without --opens-at: now, for four hours",
            "Approuver la bascule ; une seconde personne si le DNS change. Sans --opens-at : maintenant, pour quatre heures",
            "--opens-at= --closes-at= --yes", async (line, api, token) =>
            {
                var id = await IdAsync(line, api, token);
                await Person.ConfirmAsync(line, Speech.Of("Visitors will reach the new place. Approve the cut-over?", "Les visiteurs iront au nouvel endroit. Approuver la bascule ?"), token);
                return await SendAsync(line, api, id, "cutover", new { opensAt = line.Value("--opens-at"), closesAt = line.Value("--closes-at") }, token);
            }),
        ApiCommands.Ask("migration consent-to-switch", "MIGRATION", "Record the member's consent to the change of DNS: who gave it, when and how", "Noter l'accord du membre pour le changement de DNS : qui l'a donné, quand et comment",
            "--consent=", async (line, api, token) => await SendAsync(line, api, await IdAsync(line, api, token), "consent-to-switch", new { consent = line.Required("--consent") }, token)),
        WithReason("rollback", "Undo a cut-over", "Défaire une bascule", confirm: true),
        ApiCommands.Ask("migration approve-differences", "MIGRATION", "Approve the listed differences, of all items or of --item", "Approuver les différences listées, de tous les éléments ou de --item",
            "--item= --reason=", async (line, api, token) =>
            {
                Guid? item = line.Value("--item") is { } word ? await Find.ItemAsync(api, word, token) : null;
                return await SendAsync(line, api, await IdAsync(line, api, token), "approve-differences", new { itemId = item, reason = line.Required("--reason") }, token);
            }),
        Plain("hand-over", "Hand over; refused with the list of what is open", "Remettre ; refusé avec la liste de ce qui reste ouvert"),
        WithReason("decline", "Record that the member leaves alone or never answered", "Noter que le membre part seul ou n'a jamais répondu", confirm: true),
        ApiCommands.Ask("migration exclude-kind", "MIGRATION KIND", "Leave a kind of item out (Mailbox, Site, Database, Domain, MailingList, SpecialApplication)",
            "Laisser de côté un genre d'élément (Mailbox, Site, Database, Domain, MailingList, SpecialApplication)", "--reason= --yes", async (line, api, token) =>
            {
                var (id, kind, reason) = (await IdAsync(line, api, token), ApiCommands.Word(line, "KIND", 1), line.Required("--reason"));
                await Person.ConfirmAsync(line, Speech.Of($"Leave every {kind} out?", $"Laisser de côté tout {kind} ?"), token);
                return await SendAsync(line, api, id, "exclude-kind", new { kind, reason }, token);
            }),
        Plain("survey-again", "Ask every service to look again", "Demander à chaque service de regarder à nouveau"),
    ];

    public static void Table(IEnumerable<JsonElement> migrations) => Output.Table(
        [Speech.Of("member", "membre"), Speech.Of("state", "état"), Speech.Of("waits for", "attend"), Speech.Of("what for", "quoi"), Speech.Of("since", "depuis"), "id"],
        migrations.Select(static m => new[] { m.Text("memberReference"), m.Text("state"), m.Text("waitingFor"), m.Text("waitingText"), m.When("asOf"), m.Text("id") }));

    private static Command Plain(string verb, string english, string french) =>
        ApiCommands.Ask("migration " + verb, "MIGRATION", english, french, "", async (line, api, token) =>
            await SendAsync(line, api, await IdAsync(line, api, token), verb, null, token));

    private static Command WithReason(string verb, string english, string french, bool confirm) =>
        ApiCommands.Ask("migration " + verb, "MIGRATION", english, french, confirm ? "--reason= --yes" : "--reason=", async (line, api, token) =>
        {
            var (id, reason) = (await IdAsync(line, api, token), line.Required("--reason"));
            if (confirm) await Person.ConfirmAsync(line, Speech.Of(english, french) + "?", token);
            return await SendAsync(line, api, id, verb, new { reason }, token);
        });

    private static Task<int> SendAsync(CommandLine line, ApiClient api, Guid id, string verb, object? body, CancellationToken token) =>
        ApiCommands.SendAsync(line, api, $"migrations/{id}/commands/{verb}", body, token);

    private static Task<Guid> IdAsync(CommandLine line, ApiClient api, CancellationToken token) =>
        Find.MigrationAsync(api, ApiCommands.Word(line, "MIGRATION"), token);

    private static async Task<int> ListAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var filters = new[] { ("state", line.Value("--state")), ("waitingFor", line.Value("--waiting-for")) }
            .Where(static f => f.Item2 is not null).Select(static f => $"{f.Item1}={Uri.EscapeDataString(f.Item2!)}");
        var migrations = await api.ListAsync("migrations?" + string.Join('&', filters), token);
        if (line.Has("--json")) Output.Json(migrations);
        else Table(migrations);
        return ExitCode.Complete;
    }

    private static async Task<int> ShowAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var shown = await api.GetAsync($"migrations/{await IdAsync(line, api, token)}", token);
        if (line.Has("--json"))
        {
            Output.Json(shown);
            return ExitCode.Complete;
        }

        var migration = shown.GetProperty("migration");
        Output.Fields(
        [
            (Speech.Of("member", "membre"), $"{migration.Text("memberReference")} {migration.Text("memberName")}"),
            (Speech.Of("state", "état"), migration.Text("state")),
            (Speech.Of("waits for", "attend"), $"{migration.Text("waitingFor")}: {migration.Text("waitingText")}"),
            (Speech.Of("allowed now", "permis"), migration.Text("allowed")),
            (Speech.Of("next due", "échéance"), migration.When("nextDueAt")),
            (Speech.Of("last by", "dernier acte"), $"{migration.Text("actor")} {migration.Text("reason")}"),
            (Speech.Of("invoices", "factures"), shown.Member("invoices") is { } check ? $"{check.Text("status")} {check.Text("explanation")}" : ""),
            ("dossier", shown.Text("dossierSha256")),
            ("id", migration.Text("id")),
        ]);
        foreach (var survey in shown.GetProperty("surveys").EnumerateArray())
            Output.Line($"  {survey.Text("kind"),-18} {survey.Text("outcome")} {(survey.Text("outcome") == "Found" ? survey.Text("found") : survey.Member("failure")?.Text("text") ?? "")}");
        ItemCommands.Table(shown.GetProperty("items").EnumerateArray());
        return ExitCode.Complete;
    }

    private static async Task<int> TimelineAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var entries = await api.ListAsync($"migrations/{await IdAsync(line, api, token)}/timeline", token);
        if (line.Has("--json")) Output.Json(entries);
        else
            foreach (var entry in entries) Output.Line($"{entry.When("at")}  {Sentence.Of(entry.Text("type"), entry.GetProperty("data"))}");
        return ExitCode.Complete;
    }

    private static async Task<int> ConnectionSheetAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var asked = $"side={(line.Has("--target") ? "target" : "source")}&language={Uri.EscapeDataString(line.Value("--language") ?? "fr")}&format={(line.Has("--html") ? "html" : "text")}";
        var text = await api.TextAsync($"migrations/{await IdAsync(line, api, token)}/connection-sheet?{asked}", token);
        if (line.Value("--out") is { } path) await File.WriteAllTextAsync(path, text, token);
        else Output.Line(text);
        return ExitCode.Complete;
    }

    private static async Task<int> DossierAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var format = line.Has("--html") ? "html" : "json";
        var text = await api.TextAsync($"migrations/{await IdAsync(line, api, token)}/dossier?format={format}", token);
        if (line.Value("--out") is { } path) await File.WriteAllTextAsync(path, text, token);
        else Output.Line(text);
        return ExitCode.Complete;
    }
}

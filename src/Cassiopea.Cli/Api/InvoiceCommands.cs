using System.Globalization;
using System.Text.Json;

namespace Cassiopea.Cli.Api;

internal static class InvoiceCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("invoice list", "MEMBER", "A member's invoices", "Les factures d'un membre", "", async (line, api, token) =>
        {
            var invoices = await api.GetAsync($"members/{await Find.MemberAsync(api, ApiCommands.Word(line, "MEMBER"), token)}/invoices", token);
            if (line.Has("--json")) Output.Json(invoices);
            else Table(invoices);
            return ExitCode.Complete;
        }),
        ApiCommands.Ask("invoice import", "FILE.csv", "Invoices from a CSV file, all or nothing", "Des factures d'un fichier CSV, tout ou rien", "--dry-run", async (line, api, token) =>
        {
            var path = ApiCommands.Word(line, "FILE.csv");
            var query = $"?dryRun={(line.Has("--dry-run") ? "true" : "false")}&fileName={Uri.EscapeDataString(Path.GetFileName(path))}";
            var answer = await api.PostCsvAsync("./invoices:import" + query, ApiCommands.KeyOf(line), await FileAsync(path, token), token);
            return await ApiCommands.FollowAsync(line, api, answer, token);
        }),
        ApiCommands.Ask("invoice payment", "AMOUNT", "Record a payment: AMOUNT in euro, as 12.50", "Noter un paiement : AMOUNT en euros, comme 12.50",
            "--member= --communication= --received-on= --bank-reference=", (line, api, token) => ApiCommands.SendAsync(line, api, "payments", new
            {
                memberReference = line.Value("--member") ?? "",
                amountCents = Cents(ApiCommands.Word(line, "AMOUNT")),
                communication = line.Value("--communication") ?? "",
                receivedOn = line.Required("--received-on"),
                bankReference = line.Required("--bank-reference"),
            }, token)),
        ApiCommands.Ask("invoice payments", "FILE", "Payments from a bank's file, CODA or CSV, all or nothing", "Des paiements d'un fichier de la banque, CODA ou CSV, tout ou rien", "--dry-run", async (line, api, token) =>
        {
            var path = ApiCommands.Word(line, "FILE");
            var query = $"?dryRun={(line.Has("--dry-run") ? "true" : "false")}&fileName={Uri.EscapeDataString(Path.GetFileName(path))}";
            var answer = await api.PostCsvAsync("./payments:import" + query, ApiCommands.KeyOf(line), await FileAsync(path, token), token);
            return await ApiCommands.FollowAsync(line, api, answer, token);
        }),
        ApiCommands.Ask("invoice recheck", "MEMBER", "Look at the ledger again, now", "Revérifier les factures maintenant", "", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"members/{await Find.MemberAsync(api, ApiCommands.Word(line, "MEMBER"), token)}/invoices/recheck", new { }, token)),
        ApiCommands.Ask("invoice contest", "MEMBER", "Note what a member says against the ledger; reminders stop", "Noter ce que le membre conteste ; les rappels s'arrêtent", "--text=", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"members/{await Find.MemberAsync(api, ApiCommands.Word(line, "MEMBER"), token)}/contests", new { text = line.Required("--text") }, token)),
        ApiCommands.Ask("invoice answer", "MEMBER", "Answer what a member contests", "Répondre à ce que le membre conteste", "--text=", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"members/{await Find.MemberAsync(api, ApiCommands.Word(line, "MEMBER"), token)}/contests/answer", new { answer = line.Required("--text") }, token)),
        ApiCommands.Ask("invoice waive", "MEMBER", "Waive the invoice gate; a second person must do so too", "Lever l'exigence de paiement ; une seconde personne doit le faire aussi",
            "--reason= --document= --expires-on= --yes", async (line, api, token) =>
            {
                var id = await Find.MemberAsync(api, ApiCommands.Word(line, "MEMBER"), token);
                return await ApiCommands.SendAsync(line, api, $"members/{id}/waivers", new
                {
                    reason = line.Required("--reason"), documentReference = line.Value("--document") ?? "", expiresOn = line.Value("--expires-on"),
                }, token);
            }),
        ApiCommands.Ask("invoice arrangement", "MEMBER", "Record that a member is Exempt or pays by Instalments", "Noter qu'un membre est exempté (Exempt) ou paie par tranches (Instalments)",
            "--status= --document= --expires-on=", async (line, api, token) =>
            {
                var id = await Find.MemberAsync(api, ApiCommands.Word(line, "MEMBER"), token);
                return await ApiCommands.SendAsync(line, api, $"members/{id}/arrangements", new
                {
                    status = line.Required("--status"), documentReference = line.Required("--document"), expiresOn = line.Required("--expires-on"),
                }, token);
            }),
    ];

    public static void Table(JsonElement invoices)
    {
        var lines = invoices.GetProperty("invoices").EnumerateArray().ToList();
        if (lines.Count == 0) return;
        Output.Table(
            [Speech.Of("invoice", "facture"), Speech.Of("year", "année"), Speech.Of("due", "échéance"), Speech.Of("amount", "montant"), Speech.Of("open", "ouvert"), Speech.Of("state", "état"), "communication"],
            lines.Select(static i => new[] { i.Text("invoiceNo"), i.Text("year"), i.Text("dueOn"), Euro(i.Number("amountCents")), Euro(i.Number("openCents")), i.Text("state"), i.Text("communication") }));
    }

    public static async Task<byte[]> FileAsync(string path, CancellationToken token) =>
        File.Exists(path) ? await File.ReadAllBytesAsync(path, token) : throw new UsageException(Speech.Of($"{path} does not exist.", $"{path} n'existe pas."));

    internal static long Cents(string amount) =>
        decimal.TryParse(amount.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var euro) && decimal.Round(euro, 2) == euro
            ? (long)(euro * 100)
            : throw new UsageException(Speech.Of($"{amount} is not an amount in euro.", $"{amount} n'est pas un montant en euros."));

    private static string Euro(long cents) => (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}

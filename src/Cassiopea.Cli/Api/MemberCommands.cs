using System.Text.Json;

namespace Cassiopea.Cli.Api;

internal static class MemberCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("member list", "[TEXT]", "Members, or those whose reference or name has TEXT", "Les membres, ou ceux dont la référence ou le nom contient TEXT", "", ListAsync),
        ApiCommands.Read("member show", "MEMBER", "A member, its migrations and invoices", "Un membre, ses migrations et ses factures", "", ShowAsync),
        ApiCommands.Ask("member import", "FILE.csv", "Members from a CSV file (reference;name;language;contactEmail), all or nothing",
            "Des membres d'un fichier CSV (reference;name;language;contactEmail), tout ou rien", "--dry-run", ImportAsync),
        ApiCommands.Read("member export", "MEMBER", "All that is kept about a member, as JSON", "Tout ce qui est gardé d'un membre, en JSON", "", async (line, api, token) =>
        {
            Output.Json(await api.GetAsync($"members/{await Find.MemberAsync(api, ApiCommands.Word(line, "MEMBER"), token)}/export", token));
            return ExitCode.Complete;
        }),
    ];

    private static async Task<int> ListAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var search = line.Words.Count > 0 ? "?search=" + Uri.EscapeDataString(line.Words[0]) : "";
        var members = await api.ListAsync("members" + search, token);
        if (line.Has("--json")) Output.Json(members);
        else
            Output.Table(
                [Speech.Of("reference", "référence"), Speech.Of("name", "nom"), Speech.Of("language", "langue"), "e-mail", "id"],
                members.Select(static m => new[] { m.Text("reference"), m.Text("name"), m.Text("language"), m.Text("contactEmail"), m.Text("id") }));
        return ExitCode.Complete;
    }

    private static async Task<int> ShowAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var id = await Find.MemberAsync(api, ApiCommands.Word(line, "MEMBER"), token);
        var member = await api.GetAsync($"members/{id}", token);
        var migrations = await api.ListAsync($"migrations?member={id}", token);
        var invoices = await api.GetAsync($"members/{id}/invoices", token);
        if (line.Has("--json"))
        {
            Output.Json(JsonSerializer.SerializeToElement(new { member, migrations, invoices }));
            return ExitCode.Complete;
        }

        Output.Fields(
        [
            (Speech.Of("reference", "référence"), member.Text("reference")), (Speech.Of("name", "nom"), member.Text("name")),
            (Speech.Of("language", "langue"), member.Text("language")), ("e-mail", member.Text("contactEmail")), ("id", member.Text("id")),
            (Speech.Of("invoices", "factures"), invoices.Member("check") is { } check ? $"{check.Text("status")} {check.Text("explanation")}" : ""),
        ]);
        if (migrations.Count > 0) MigrationCommands.Table(migrations);
        InvoiceCommands.Table(invoices);
        return ExitCode.Complete;
    }

    private static async Task<int> ImportAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var content = await InvoiceCommands.FileAsync(ApiCommands.Word(line, "FILE.csv"), token);
        var answer = await api.PostCsvAsync($"./members:import{(line.Has("--dry-run") ? "?dryRun=true" : "")}", ApiCommands.KeyOf(line), content, token);
        if (!line.Has("--dry-run")) return await ApiCommands.FollowAsync(line, api, answer, token);
        if (line.Has("--json")) Output.Json(answer);
        else Output.Line(Speech.Of($"{answer.Text("members")} members would be imported.", $"{answer.Text("members")} membres seraient importés."));
        return ExitCode.Complete;
    }
}

using System.Text.Json;

namespace Cassiopea.Cli.Api;

internal static class ItemCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("item list", "MIGRATION", "Items of a migration", "Les éléments d'une migration", "", async (line, api, token) =>
        {
            var items = await api.ListAsync($"migrations/{await Find.MigrationAsync(api, ApiCommands.Word(line, "MIGRATION"), token)}/items", token);
            if (line.Has("--json")) Output.Json(items);
            else Table(items);
            return ExitCode.Complete;
        }),
        ApiCommands.Read("item show", "ITEM", "An item with its ends, facts and exceptions", "Un élément, ses deux bouts, ses faits et ses exceptions", "", async (line, api, token) =>
        {
            Output.Json(await api.GetAsync($"items/{await Find.ItemAsync(api, ApiCommands.Word(line, "ITEM"), token)}", token));
            return ExitCode.Complete;
        }),
        ApiCommands.Ask("item declare", "MIGRATION KIND NAME", "Declare an item, or complete one that was found; URLs without password, as imap://user@host:993/?tls=implicit",
            "Déclarer un élément, ou compléter un élément trouvé ; adresses sans mot de passe, comme imap://user@host:993/?tls=implicit",
            "--source= --target=", DeclareAsync),
        ApiCommands.Ask("item exclude", "ITEM", "Leave an item out", "Laisser un élément de côté", "--reason= --yes", async (line, api, token) =>
        {
            var id = await Find.ItemAsync(api, ApiCommands.Word(line, "ITEM"), token);
            var reason = line.Required("--reason");
            await Person.ConfirmAsync(line, Speech.Of("Leave this item out of the migration?", "Laisser cet élément hors de la migration ?"), token);
            return await ApiCommands.SendAsync(line, api, $"items/{id}/commands/exclude", new { reason }, token);
        }),
        ApiCommands.Ask("item retry", "ITEM", "Try a parked item again", "Réessayer un élément en attente", "", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"items/{await Find.ItemAsync(api, ApiCommands.Word(line, "ITEM"), token)}/commands/retry", null, token)),
        .. ArrangementCommands.All,
        .. DomainCommands.All,
    ];

    public static void Table(IEnumerable<JsonElement> items) => Output.Table(
        [Speech.Of("kind", "genre"), Speech.Of("name", "nom"), Speech.Of("state", "état"), Speech.Of("pass", "passe"), "grade", Speech.Of("failure", "échec"), "id"],
        items.Select(static i => new[]
        {
            i.Text("kind"), i.Text("name"), i.Text("state"), i.Text("pass"), i.Text("grade"),
            i.Member("failure") is { } failure ? $"{failure.Text("side")} {failure.Text("code")}" : "", i.Text("id"),
        }));

    private static async Task<int> DeclareAsync(CommandLine line, ApiClient api, CancellationToken token)
    {
        var id = await Find.MigrationAsync(api, ApiCommands.Word(line, "MIGRATION"), token);
        var answer = await api.PostAsync($"migrations/{id}/items", ApiCommands.KeyOf(line), new
        {
            kind = ApiCommands.Word(line, "KIND", 1),
            name = ApiCommands.Word(line, "NAME", 2),
            source = End(line.Value("--source")),
            target = End(line.Value("--target")),
        }, token);
        if (!line.Has("--json"))
            foreach (var side in new[] { "source", "target" })
                if (answer.Text(side + "CredentialId") is { Length: > 0 } credential)
                    Output.Line($"{side}: cassiopea credential set {credential}");
        return await ApiCommands.FollowAsync(line, api, answer, token);
    }

    /// <summary><c>imap://user@host:port/?tls=implicit|starttls|none</c>; <c>@</c> in a user name is percent-encoded; a password is refused.</summary>
    internal static object? End(string? url)
    {
        if (url is null) return null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.UserInfo.Length == 0 || uri.Host.Length == 0)
            throw new UsageException(Speech.Of($"{url} is not of the form protocol://user@host:port/.", $"{url} n'est pas de la forme protocole://utilisateur@hôte:port/."));
        if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
            throw new UsageException(Speech.Of(
                "A password does not belong in an address: store it with cassiopea credential set.",
                "Un mot de passe n'a pas sa place dans une adresse : enregistrez-le par cassiopea credential set."));
        var protocol = uri.Scheme is "imaps" or "pop3s" or "ftps" ? uri.Scheme[..^1] : uri.Scheme;
        // .NET reads no query in an ftp address: it is taken from the text
        var query = url.IndexOf('?', StringComparison.Ordinal) is var at and >= 0 ? url[(at + 1)..] : "";
        var tls = query.Split('&').FirstOrDefault(static p => p.StartsWith("tls=", StringComparison.Ordinal))?[4..];
        var port = uri.Port > 0 ? uri.Port : StandardPort(protocol, tls);
        return new
        {
            protocol,
            host = uri.Host,
            port,
            login = Uri.UnescapeDataString(uri.UserInfo),
            tls = tls switch
            {
                "implicit" => "Implicit",
                "starttls" or "explicit" => "StartTls",
                "none" => "None",
                null => port is 993 or 995 or 990 ? "Implicit" : "StartTls",
                _ => throw new UsageException(Speech.Of($"tls={tls} is not known: implicit, starttls or none.", $"tls={tls} inconnu : implicit, starttls ou none.")),
            },
        };
    }

    private static int StandardPort(string protocol, string? tls) => (protocol, tls) switch
    {
        ("imap", "starttls" or "none") => 143,
        ("imap", _) => 993,
        ("pop3", "starttls" or "none") => 110,
        ("pop3", _) => 995,
        ("ftp", "implicit") => 990,
        ("ftp", _) => 21,
        ("sftp", _) => 22,
        ("mysql", _) => 3306,
        _ => throw new UsageException(Speech.Of($"A port is needed for {protocol}.", $"Il faut un port pour {protocol}.")),
    };
}

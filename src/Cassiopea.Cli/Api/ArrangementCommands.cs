using System.Globalization;

namespace Cassiopea.Cli.Api;

/// <summary>What is decided about one item beside its two ends, and its one-time links.</summary>
internal static class ArrangementCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Ask("item strategy", "ITEM STRATEGY", "What happens to a mailbox's messages: MoveAll, ArchiveOlder --online-since DATE, StartEmpty or Drop",
            "Ce que deviennent les messages d'une boîte : MoveAll, ArchiveOlder --online-since DATE, StartEmpty ou Drop", "--online-since=", async (line, api, token) =>
            await SendAsync(line, api, "choose-strategy", new { strategy = ApiCommands.Word(line, "STRATEGY", 1), onlineSince = Date(line, "--online-since") }, token)),
        ApiCommands.Ask("item archive", "ITEM", "Put a mailbox into its archive now; open dues do not matter", "Archiver une boîte maintenant ; des factures dues n'y changent rien", "", async (line, api, token) =>
            await SendAsync(line, api, "archive-item", null, token)),
        ApiCommands.Ask("item confirm-fetch", "ITEM", "The member has fetched the mailbox once more by POP3", "Le membre a relevé la boîte une dernière fois par POP3", "", async (line, api, token) =>
            await SendAsync(line, api, "confirm-last-fetch", null, token)),
        ApiCommands.Ask("item entrust", "ITEM", "Let the new host's own people move an item", "Confier le déménagement d'un élément au nouvel hébergeur", "--host= --consent= --due=", async (line, api, token) =>
            await SendAsync(line, api, "entrust", new { host = line.Required("--host"), consent = line.Required("--consent"), dueAt = Date(line, "--due") ?? throw new UsageException(Speech.Of("--due is needed.", "Il faut --due.")) }, token)),
        ApiCommands.Ask("item report-moved", "ITEM", "The new host has moved an item", "Le nouvel hébergeur a déménagé un élément", "--note=", async (line, api, token) =>
            await SendAsync(line, api, "report-moved", new { note = line.Value("--note") ?? "" }, token)),
        ApiCommands.Ask("item take-back", "ITEM", "Move an item ourselves after all", "Reprendre un élément confié au nouvel hébergeur", "--reason=", async (line, api, token) =>
            await SendAsync(line, api, "take-back", new { reason = line.Required("--reason") }, token)),
        ApiCommands.Ask("item statistics", "ITEM yes|no", "Whether a site's visit statistics are needed; --page PATH where they are shown",
            "Si les statistiques de visites d'un site sont nécessaires ; --page CHEMIN où elles s'affichent", "--page=", async (line, api, token) =>
            await SendAsync(line, api, "answer-statistics", new { wanted = Answer(ApiCommands.Word(line, "yes|no", 1)), page = line.Value("--page") ?? "" }, token)),
        ApiCommands.Ask("item request-archive", "SITE", "An archive of a site as it is now, for the member (then: item archive-links)", "Une archive d'un site tel qu'il est, pour le membre (puis : item archive-links)", "", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"items/{await Find.ItemAsync(api, ApiCommands.Word(line, "SITE"), token)}/commands/request-archive", null, token)),
        ApiCommands.Ask("item accept-backup", "DATABASE SITE", "Take the backup that a site's own program made instead of access to its database", "Accepter la sauvegarde faite par le logiciel du site à la place de l'accès à sa base de données", "--reason=", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"items/{await Find.ItemAsync(api, ApiCommands.Word(line, "DATABASE"), token)}/commands/accept-backup", new { siteId = await Find.ItemAsync(api, ApiCommands.Word(line, "SITE", 1), token), reason = line.Required("--reason") }, token)),
        ApiCommands.Ask("item map-paths", "ITEM", "What begins with --from at the old place begins with --to at the new one (paths, addresses); without both: nothing changes",
            "Ce qui commence par --from à l'ancien emplacement commence par --to au nouveau (chemins, adresses) ; sans les deux : rien ne change", "--from= --to=", async (line, api, token) =>
            await SendAsync(line, api, "map-paths", new { paths = line.Value("--from") is { } from ? new[] { new { from, to = line.Required("--to") } } : [] }, token)),
        ApiCommands.Ask("item statistics-link", "ITEM", "A one-time link to a site's visit statistics; shown once", "Lien à usage unique vers les statistiques de visites d'un site ; montré une fois", "", async (line, api, token) =>
            await LinkAsync(line, api, "statistics-link", token)),
        ApiCommands.Ask("item decide-database", "ITEM", "Findings that may stand, columns to repair, tables left out, another prefix, texts to replace (--replace OLD=>NEW), a copy for the member",
            "Constats acceptés, colonnes à réparer, tables omises, autre préfixe, textes à remplacer (--replace ANCIEN=>NOUVEAU), copie pour le membre",
            "--accept= --repair= --exclude= --old-prefix= --new-prefix= --replace= --archive --reason=", async (line, api, token) =>
            await SendAsync(line, api, "decide-database", new
            {
                acceptedFindings = line.Values("--accept"),
                repairedColumns = line.Values("--repair"),
                excludedTables = line.Values("--exclude"),
                oldPrefix = line.Value("--old-prefix") ?? "",
                newPrefix = line.Value("--new-prefix") ?? "",
                archive = line.Has("--archive"),
                replacements = line.Values("--replace").Select(Replacement).ToList(),
                reason = line.Required("--reason"),
            }, token)),
        ApiCommands.Ask("item read-account", "ITEM", "Have a second account made at the old server that only reads; the site's own stays as it is",
            "Faire créer sur l'ancien serveur un second compte qui ne fait que lire ; celui du site reste tel quel", "--reason=", async (line, api, token) =>
            await SendAsync(line, api, "request-read-account", new { reason = line.Required("--reason") }, token)),
        ApiCommands.Ask("item invite-host", "LIST", "Invite the host that shall receive a mailing list", "Inviter l'hébergeur qui recevra une liste", "--host= --identity= --checked=", async (line, api, token) =>
            await SendAsync(line, api, "invite-host", new { host = line.Required("--host"), identity = line.Required("--identity"), @checked = line.Required("--checked") }, token)),
        ApiCommands.Ask("item request-export", "LIST", "The invited host asks for a mailing list, with its own key: --scope People,Archive,HeldPosts,Files --access Shell, Rest or Bundle",
            "L'hébergeur invité demande une liste, avec sa propre clé : --scope People,Archive,HeldPosts,Files --access Shell, Rest ou Bundle", "--scope= --consent= --software= --version= --robot= --access= --signs-dkim --rewrites-for-dmarc --note=", async (line, api, token) =>
            await SendAsync(line, api, "request-export", new
            {
                scope = line.Required("--scope").Split(','),
                consent = line.Required("--consent"),
                sheet = new
                {
                    software = line.Required("--software"),
                    version = line.Required("--version"),
                    robot = line.Required("--robot"),
                    access = line.Required("--access"),
                    signsDkim = line.Has("--signs-dkim"),
                    rewritesForDmarc = line.Has("--rewrites-for-dmarc"),
                    note = line.Value("--note") ?? "",
                },
            }, token)),
        ApiCommands.Ask("item consent-to-export", "LIST", "The member consents to the host's request, or takes it back with --withdraw", "Le membre accepte la demande de l'hébergeur, ou la retire avec --withdraw", "--words= --request= --withdraw", async (line, api, token) =>
            await SendAsync(line, api, "consent-to-export", new { given = !line.Has("--withdraw"), words = line.Required("--words"), request = line.Required("--request") }, token)),
        ApiCommands.Ask("item archive-links", "ITEM", "One-time links to the parts of an archive; shown once", "Liens à usage unique vers les parties d'une archive ; montrés une fois", "", async (line, api, token) =>
            await LinkAsync(line, api, "archive-links", token)),
        ApiCommands.Ask("item host-link", "ITEM", "A one-time link to the old place's login for the new host's people; shown once",
            "Lien à usage unique vers l'accès à l'ancien emplacement, pour le nouvel hébergeur ; montré une fois", "", async (line, api, token) =>
            await LinkAsync(line, api, "host-link", token)),
    ];

    private static async Task<int> SendAsync(CommandLine line, ApiClient api, string verb, object? body, CancellationToken token) =>
        await ApiCommands.SendAsync(line, api, $"items/{await Find.ItemAsync(api, ApiCommands.Word(line, "ITEM"), token)}/commands/{verb}", body, token);

    private static async Task<int> LinkAsync(CommandLine line, ApiClient api, string what, CancellationToken token)
    {
        Output.Json(await api.PostAsync($"items/{await Find.ItemAsync(api, ApiCommands.Word(line, "ITEM"), token)}/{what}", ApiCommands.KeyOf(line), null, token));
        return ExitCode.Complete;
    }

    private static bool Answer(string word) => word switch
    {
        "yes" or "oui" => true,
        "no" or "non" => false,
        _ => throw new UsageException(Speech.Of("Answer yes or no.", "Répondez oui ou non.")),
    };

    private static object Replacement(string text) => text.Split("=>", 2) is [{ Length: > 0 } from, var to]
        ? new { from, to }
        : throw new UsageException(Speech.Of("--replace needs OLD=>NEW.", "--replace veut ANCIEN=>NOUVEAU."));

    private static DateTimeOffset? Date(CommandLine line, string option) => line.Value(option) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at
        : throw new UsageException(Speech.Of($"{option} is not a date such as 2024-01-31.", $"{option} n'est pas une date comme 2024-01-31."));
}

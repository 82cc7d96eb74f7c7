using System.Globalization;
using System.Net;
using System.Text;

namespace Cassiopea.Sites.Profiles;

/// <summary>One service as a person connects to it.</summary>
/// <param name="Service"><c>ftp</c>, <c>sftp</c>, <c>mysql</c>, <c>web</c>, <c>imap</c>, <c>pop3</c>, <c>smtp</c> or <c>sympa</c>.</param>
/// <param name="Host">Server.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Security"><c>tls</c>, <c>starttls</c>, <c>ssh</c> or <c>none</c>.</param>
/// <param name="Login">Login name.</param>
/// <param name="Detail">Folder, database or list; empty when there is nothing to say.</param>
public sealed record ConnectionEntry(string Service, string Host, int Port, string Security, string Login, string Detail = "");

/// <summary>How to connect to each service, in the member's language, for the new host's people too. It holds no password.</summary>
public static class ConnectionSheet
{
    private static readonly Dictionary<string, Words> Languages = new(StringComparer.Ordinal)
    {
        ["fr"] = new("Consignes de connexion", "Service", "Serveur", "Port", "Protection", "Identifiant", "Détail", "Mot de passe : communiqué séparément, jamais par écrit sur cette feuille.", new(StringComparer.Ordinal)
        {
            ["old"] = "Ancien hébergement",
            ["new"] = "Nouvel hébergement",
            ["extensions"] = "Extensions de PHP",
            ["database"] = "Base de données",
            ["server"] = "Serveur web",
            ["ftp"] = "Fichiers du site (FTP)",
            ["sftp"] = "Fichiers du site (SFTP)",
            ["mysql"] = "Base de données",
            ["web"] = "Site",
            ["imap"] = "Courrier entrant (IMAP)",
            ["pop3"] = "Courrier entrant (POP3)",
            ["smtp"] = "Courrier sortant",
            ["sympa"] = "Liste de discussion",
            ["tls"] = "TLS",
            ["starttls"] = "STARTTLS",
            ["ssh"] = "SSH",
            ["none"] = "aucune",
        }),
        ["nl"] = new("Verbindingsgegevens", "Dienst", "Server", "Poort", "Beveiliging", "Gebruikersnaam", "Detail", "Wachtwoord: wordt apart meegedeeld, nooit op dit blad.", new(StringComparer.Ordinal)
        {
            ["old"] = "Oude hosting",
            ["new"] = "Nieuwe hosting",
            ["extensions"] = "PHP-extensies",
            ["database"] = "Databank",
            ["server"] = "Webserver",
            ["ftp"] = "Bestanden van de site (FTP)",
            ["sftp"] = "Bestanden van de site (SFTP)",
            ["mysql"] = "Databank",
            ["web"] = "Site",
            ["imap"] = "Inkomende post (IMAP)",
            ["pop3"] = "Inkomende post (POP3)",
            ["smtp"] = "Uitgaande post",
            ["sympa"] = "Mailinglijst",
            ["tls"] = "TLS",
            ["starttls"] = "STARTTLS",
            ["ssh"] = "SSH",
            ["none"] = "geen",
        }),
        ["en"] = new("How to connect", "Service", "Server", "Port", "Protection", "Login", "Detail", "Password: told separately, never on this sheet.", new(StringComparer.Ordinal)
        {
            ["old"] = "Old hosting",
            ["new"] = "New hosting",
            ["extensions"] = "PHP extensions",
            ["database"] = "Database",
            ["server"] = "Web server",
            ["ftp"] = "Files of the site (FTP)",
            ["sftp"] = "Files of the site (SFTP)",
            ["mysql"] = "Database",
            ["web"] = "Site",
            ["imap"] = "Incoming mail (IMAP)",
            ["pop3"] = "Incoming mail (POP3)",
            ["smtp"] = "Outgoing mail",
            ["sympa"] = "Mailing list",
            ["tls"] = "TLS",
            ["starttls"] = "STARTTLS",
            ["ssh"] = "SSH",
            ["none"] = "none",
        }),
    };

    /// <summary>The sheet as plain text.</summary>
    /// <param name="language"><c>fr</c>, <c>nl</c> or <c>en</c>; French for any other.</param>
    /// <param name="entries">The services.</param>
    public static string ToText(string language, IEnumerable<ConnectionEntry> entries)
    {
        var words = Of(language);
        StringBuilder text = new(words.Title + "\n");
        foreach (var e in entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{words.Of(e.Service)}\n  {words.Server}: {e.Host}\n  {words.Port}: {e.Port}\n  {words.Security}: {words.Of(e.Security)}\n  {words.Login}: {e.Login}\n");
            if (e.Detail.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"  {words.Detail}: {e.Detail}\n");
        }

        return text.Append('\n').Append(words.Password).Append('\n').ToString();
    }

    /// <summary>The sheet as one page to print.</summary>
    /// <param name="language"><c>fr</c>, <c>nl</c> or <c>en</c>; French for any other.</param>
    /// <param name="entries">The services.</param>
    /// <param name="old">What the old host runs; null where no site moves.</param>
    /// <param name="new">What the new host runs; null while unknown.</param>
    public static string ToHtml(string language, IEnumerable<ConnectionEntry> entries, HostingProfile? old = null, HostingProfile? @new = null)
    {
        var words = Of(language);
        var code = Languages.ContainsKey(language) ? language : "fr";
        return $"<!DOCTYPE html>\n<html lang=\"{code}\"><meta charset=\"utf-8\"><title>{words.Title}</title><style>body{{font-family:sans-serif}}td,th{{border:1px solid;padding:.3em}}table{{border-collapse:collapse}}</style>\n<h1>{words.Title}</h1>\n{ToTable(language, entries)}{Profile(words, "old", old)}{Profile(words, "new", @new)}<p>{words.Password}</p></html>\n";
    }

    /// <summary>The heading of the sheet.</summary>
    /// <param name="language"><c>fr</c>, <c>nl</c> or <c>en</c>; French for any other.</param>
    public static string TitleOf(string language) => Of(language).Title;

    /// <summary>The sheet's table alone, for a page that has more.</summary>
    /// <param name="language"><c>fr</c>, <c>nl</c> or <c>en</c>; French for any other.</param>
    /// <param name="entries">The services.</param>
    public static string ToTable(string language, IEnumerable<ConnectionEntry> entries)
    {
        var words = Of(language);
        StringBuilder rows = new();
        foreach (var e in entries)
        {
            rows.Append("<tr>");
            foreach (var cell in (ReadOnlySpan<string>)[words.Of(e.Service), e.Host, e.Port.ToString(CultureInfo.InvariantCulture), words.Of(e.Security), e.Login, e.Detail])
                rows.Append("<td>").Append(WebUtility.HtmlEncode(cell)).Append("</td>");
            rows.Append("</tr>\n");
        }

        var head = string.Concat(((string[])[words.Service, words.Server, words.Port, words.Security, words.Login, words.Detail]).Select(static h => $"<th>{h}</th>"));
        return $"<table><tr>{head}</tr>\n{rows}</table>\n";
    }

    private static string Profile(Words words, string which, HostingProfile? profile)
    {
        if (profile is null)
            return "";
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"<h2>{words.Of(which)}</h2>\n<table>");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("PHP", profile.Php), (words.Of("database"), profile.Database), (words.Of("server"), profile.WebServer), (words.Of("extensions"), string.Join(", ", profile.Extensions))])
            text.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{name}</th><td>{WebUtility.HtmlEncode(value)}</td></tr>\n");
        return text.Append("</table>\n").ToString();
    }

    private static Words Of(string language) => Languages.GetValueOrDefault(language) ?? Languages["fr"];

    private sealed record Words(string Title, string Service, string Server, string Port, string Security, string Login, string Detail, string Password, Dictionary<string, string> Names)
    {
        public string Of(string name) => Names.GetValueOrDefault(name, name);
    }
}

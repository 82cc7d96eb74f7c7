using System.Globalization;
using System.Text;

namespace Cassiopea.Imap.Archive.Index;

/// <summary>A text in the three languages of the index; each is marked with its language, and the style shows one.</summary>
internal sealed record IndexWords(string French, string Dutch, string English)
{
    public static readonly IndexWords Archive = new("Archive de la boîte mail", "Archief van de mailbox", "Archive of the mailbox");
    public static readonly IndexWords Folders = new("Dossiers", "Mappen", "Folders");
    public static readonly IndexWords Folder = new("Dossier", "Map", "Folder");
    public static readonly IndexWords Messages = new("Messages", "Berichten", "Messages");
    public static readonly IndexWords SizeKilobytes = new("Taille (ko)", "Grootte (kB)", "Size (kB)");
    public static readonly IndexWords Total = new("Total", "Totaal", "Total");
    public static readonly IndexWords Received = new("Reçu (UTC)", "Ontvangen (UTC)", "Received (UTC)");
    public static readonly IndexWords From = new("De", "Van", "From");
    public static readonly IndexWords Subject = new("Objet", "Onderwerp", "Subject");
    public static readonly IndexWords NoSubject = new("(sans objet)", "(zonder onderwerp)", "(no subject)");
    public static readonly IndexWords Missing = new("(fichier absent)", "(bestand ontbreekt)", "(file missing)");
    public static readonly IndexWords Previous = new("Page précédente", "Vorige pagina", "Previous page");
    public static readonly IndexWords Next = new("Page suivante", "Volgende pagina", "Next page");
    public static readonly IndexWords AllFolders = new("Tous les dossiers", "Alle mappen", "All folders");
    public static readonly IndexWords NewestFirst = new("du plus récent au plus ancien", "van nieuw naar oud", "newest first");
    public static readonly IndexWords Explanation = new(
        "Chaque objet est un lien vers le fichier du message, tel qu’il était sur le serveur. Un éditeur de texte le montre ; un programme de messagerie l’ouvre avec ses pièces jointes. Cette liste fonctionne sans connexion.",
        "Elk onderwerp is een link naar het bestand van het bericht, zoals het op de server stond. Een teksteditor toont het; een mailprogramma opent het met zijn bijlagen. Deze lijst werkt zonder verbinding.",
        "Each subject is a link to the file of the message, as it stood on the server. A text editor shows it; a mail program opens it with its attachments. This list works offline.");

    /// <summary>The three texts, none of which holds a character that HTML gives a meaning.</summary>
    public override string ToString() => Each((_, text) => text);

    /// <summary>A link in each language, which stays in that language on the page it leads to.</summary>
    public string Link(string href, string attributes = "") => Each((language, text) => $"<a href=\"{href}#{language}\"{attributes}>{text}</a>");

    /// <summary>The same foreign text linked in each language.</summary>
    public static string ForeignLink(string href, string encoded) =>
        new IndexWords(encoded, encoded, encoded).Each((language, text) => $"<a href=\"{href}#{language}\" lang=\"\"><bdi>{text}</bdi></a>");

    private string Each(Func<string, string, string> form)
    {
        var made = new StringBuilder();
        foreach (var (language, text) in ((string, string)[])[("fr", French), ("nl", Dutch), ("en", English)])
            made.Append(CultureInfo.InvariantCulture, $"<span class=\"t\" lang=\"{language}\">{form(language, text)}</span>");
        return made.ToString();
    }
}

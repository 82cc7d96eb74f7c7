using Cassiopea.Imap.Commands;

namespace Cassiopea.Imap.Mailbox;

/// <summary>Folders of a special use where the server does not say so: the names that mail programs give in many languages.</summary>
internal static class SpecialFolders
{
    private static readonly Dictionary<string, SpecialUse> Known = Build(
        (SpecialUse.Sent, [
            "Sent", "Sent Items", "Sent Messages", "Sent Mail", "sent-mail",
            "Envoyés", "Messages envoyés", "Éléments envoyés", "Courrier envoyé",
            "Verzonden", "Verzonden items", "Verzonden berichten",
            "Gesendet", "Gesendete Elemente", "Gesendete Objekte", "Gesendete Nachrichten",
            "Enviados", "Elementos enviados", "Mensajes enviados", "Mensagens enviadas", "Itens enviados",
            "Inviata", "Posta inviata", "Posta inviata", "Inviati", "Wysłane", "Elementy wysłane", "Skickat", "Skickade",
            "Sendt", "Sendte elementer", "Lähetetyt", "Odeslané", "Отправленные", "Gönderilmiş Öğeler", "Trimise", "Elküldött", "送信済み", "Απεσταλμένα",
        ]),
        (SpecialUse.Drafts, [
            "Drafts", "Draft", "Brouillons", "Brouillon", "Concepten", "Entwürfe", "Borradores", "Rascunhos", "Bozze", "Robocze", "Wersje robocze",
            "Utkast", "Kladder", "Kladde", "Luonnokset", "Koncepty", "Rozepsané", "Черновики", "Taslaklar", "Schițe", "Piszkozatok", "下書き", "Πρόχειρα",
        ]),
        (SpecialUse.Trash, [
            "Trash", "Deleted Items", "Deleted Messages", "Deleted", "Bin",
            "Corbeille", "Éléments supprimés", "Messages supprimés", "Prullenbak", "Verwijderde items", "Verwijderd",
            "Papierkorb", "Gelöschte Elemente", "Gelöschte Objekte", "Papelera", "Elementos eliminados", "Lixeira", "Lixo", "Itens excluídos",
            "Cestino", "Posta eliminata", "Eliminati", "Kosz", "Elementy usunięte", "Papperskorgen", "Borttaget", "Papirkurv", "Slettet post",
            "Roskakori", "Poistetut", "Koš", "Удаленные", "Корзина", "Çöp Kutusu", "Coș de gunoi", "Kuka", "ゴミ箱", "Απορρίμματα",
        ]),
        (SpecialUse.Junk, [
            "Junk", "Spam", "Junk E-mail", "Junk Email", "Bulk Mail",
            "Indésirables", "Courrier indésirable", "Pourriel", "Pourriels", "Ongewenst", "Ongewenste e-mail", "Ongewenste reclame",
            "Junk-E-Mail", "Spamverdacht", "Unerwünscht", "Correo no deseado", "Lixo eletrônico", "Posta indesiderata", "Wiadomości-śmieci", "Niechciane",
            "Skräppost", "Søppelpost", "Uønsket mail", "Roskaposti", "Nevyžádaná pošta", "Спам", "Нежелательная почта", "Önemsiz E-posta", "Levélszemét", "迷惑メール",
        ]),
        (SpecialUse.Archive, ["Archive", "Archives", "Archief", "Archiv", "Archivo", "Arquivo", "Archivio", "Archiwum", "Arkiv", "Arkisto", "Архив", "Arşiv", "Arhivă"]));

    /// <summary>The use that a folder of the first level is for, by its name; None when it is an ordinary folder.</summary>
    public static SpecialUse ByName(string level) => Known.GetValueOrDefault(level);

    private static Dictionary<string, SpecialUse> Build(params (SpecialUse Use, string[] Names)[] uses)
    {
        var known = new Dictionary<string, SpecialUse>(StringComparer.OrdinalIgnoreCase);
        foreach (var (use, names) in uses)
        {
            foreach (var name in names) known[name] = use;
        }

        return known;
    }
}

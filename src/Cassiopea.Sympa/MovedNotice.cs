using Cassiopea.Sympa.Format;

namespace Cassiopea.Sympa;

/// <summary>What a member hears who writes to the old address of a list, in the list's language.</summary>
internal static class MovedNotice
{
    /// <summary>
    /// Who is answered: no machine, no list, no bounce. Sympa sends the answer as auto-replied (RFC 3834). Where the post itself reached the new list by the
    /// alias, members only, so that forged senders get nothing; where it did not, everyone, for it would be lost without a word.
    /// </summary>
    /// <param name="led">The old address leads to the new list.</param>
    public static string Scenario(bool led) => $"""
        title.gettext this list has moved

        match([header->Auto-Submitted][-1],/./)    smtp,dkim,smime,md5    -> reject,quiet
        match([header->List-Id][-1],/./)    smtp,dkim,smime,md5    -> reject,quiet
        match([header->Precedence][-1],/bulk|junk|list/)    smtp,dkim,smime,md5    -> reject,quiet
        is_subscriber([listname],[sender])    smtp,dkim,smime,md5    -> reject(tt2='cassiopea_moved')
        true()    smtp,dkim,smime,md5    -> {(led ? "reject,quiet" : "reject(tt2='cassiopea_moved')")}

        """;

    /// <summary>The notice, as a template of Sympa: subject, blank line, text.</summary>
    public static string Template(string language, ListAddress from, ListAddress to, bool led)
    {
        var (subject, text) = language.Split('-', '_')[0] switch
        {
            "fr" => ($"La liste {from.Name} a une nouvelle adresse : {to}", $"""
                Bonjour,

                La liste {from} a déménagé. {(led ? $"Votre message a été transmis à sa nouvelle adresse : {to}. Vous n'avez rien à renvoyer." : $"Votre message n'a pas été transmis : renvoyez-le à {to}.")}

                Désormais, écrivez à {to}. Si vous triez vos messages, la liste s'appelle maintenant {to.Name}.{to.Robot} (en-tête List-Id).
                Pour vous désinscrire, écrivez à {to.Name}-unsubscribe@{to.Robot}.

                Cette réponse est automatique.
                """),
            "nl" => ($"De lijst {from.Name} heeft een nieuw adres: {to}", $"""
                Dag,

                De lijst {from} is verhuisd. {(led ? $"Uw bericht is doorgestuurd naar het nieuwe adres: {to}. U hoeft niets opnieuw te sturen." : $"Uw bericht is niet doorgestuurd: stuur het opnieuw naar {to}.")}

                Schrijf voortaan naar {to}. Sorteert u uw berichten, dan heet de lijst nu {to.Name}.{to.Robot} (kop List-Id).
                Om u uit te schrijven, schrijf naar {to.Name}-unsubscribe@{to.Robot}.

                Dit antwoord is automatisch.
                """),
            _ => ($"The list {from.Name} has a new address: {to}", $"""
                Hello,

                The list {from} has moved. {(led ? $"Your message was passed on to its new address: {to}. You need not send anything again." : $"Your message was not passed on: send it again to {to}.")}

                From now on write to {to}. If you sort your mail, the list is now called {to.Name}.{to.Robot} (header List-Id).
                To unsubscribe, write to {to.Name}-unsubscribe@{to.Robot}.

                This answer is automatic.
                """),
        };
        return $"Subject: [%\"{subject}\"|qencode%]\n\n{text}\n";
    }
}

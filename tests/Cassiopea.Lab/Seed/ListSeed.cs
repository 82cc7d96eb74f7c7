using System.Globalization;
using System.Text;

namespace Cassiopea.Lab.Seed;

/// <summary>Lists as associations have them.</summary>
public static class ListSeed
{
    /// <summary>A dump of two owners.</summary>
    public const string Owners = """
        date 1420066800
        email president@asbl.example
        gecos Zoé Présidente
        info garde la liste
        profile privileged
        reception mail
        visibility noconceal

        date 1420066900
        email secretaire@asbl.example
        gecos Noël Secrétaire
        profile normal
        reception nomail
        visibility conceal

        """;

    /// <summary>A dump of one moderator.</summary>
    public const string Editors = """
        date 1420067000
        email moderateur@asbl.example
        gecos Maïté Modératrice
        profile normal
        reception mail
        visibility noconceal

        """;

    /// <summary>The config of a moderated list in French.</summary>
    public static string Config(string domain) => $"""
        ## Configuration de la liste
        #send editorkey

        subject Été de l'asbl « Cassiopée » – infos & débats

        visibility noconceal

        send editorkey

        lang fr

        digest 1,4 13:26

        subscribe open_notify

        unsubscribe open_notify

        review owner

        custom_subject [Asso]

        reply_to_header
        value other_email
        other_email bureau@{domain}

        shared_doc
        d_read public
        d_edit owner

        process_archive on

        archive
        mail_access owner
        web_access private

        creation
        date obsoleted
        email listmaster@{domain}
        date_epoch 1262304000

        """;

    /// <summary>A dump of members with every kind of setting.</summary>
    public static string Members(int count)
    {
        string[] first = ["Zoé", "Noël", "Anaïs", "Gisèle", "François", "Maïté"], last = ["Peeters", "Dubois-Lefèvre", "Janssens", "Van den Bossche"];
        string[] reception = ["mail", "mail", "mail", "digest", "nomail", "notice"];
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"date {1420066800 + (i * 3600)}\nemail membre{i:00000}@skynet.example\ngecos {first[i % 6]} {last[i % 4]}\nreception {reception[i % 6]}\nvisibility {(i % 3 == 0 ? "conceal" : "noconceal")}\n");
            if (i % 10 == 7) text.Append(CultureInfo.InvariantCulture, $"bounce 1262304000 1262404000 3 5.1.1\nbounce_score 12\n");
            if (i % 10 == 4) text.Append("enddate 1893456000\nstartdate 1420066800\nsuspend 1\n");
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A post as it lies in an archive: some in Latin-1, some with odd line ends.</summary>
    public static byte[] Post(int number) => number % 5 == 3
        ? Encoding.Latin1.GetBytes($"From: Zoé <zoe@skynet.example>\nSubject: [Asso] Fête numéro {number}\nMessage-ID: <{number}@asbl.example>\nDate: Mon, 1 Mar 2010 10:00:00 +0100\n\nÀ samedi, numéro {number}\nFrom ici\n")
        : Encoding.UTF8.GetBytes($"From: membre00001@skynet.example\nSubject: [Asso] Nouvelles {number}\nMessage-ID: <{number}@asbl.example>\nDate: Mon, 1 Mar 2010 10:00:00 +0100\n\nNuméro {number}\r\n\n");
}

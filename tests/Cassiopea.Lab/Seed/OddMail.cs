using System.Text;

namespace Cassiopea.Lab.Seed;

/// <summary>Every unusual thing met in real mailboxes. What a modern server can keep octet for octet, and what it cannot, are told apart.</summary>
public static class OddMail
{
    private static readonly DateTimeOffset Day = new(2019, 5, 4, 10, 20, 30, TimeSpan.Zero);

    private static readonly string[][] Names =
    [
        ["INBOX"], ["Drafts"], ["Sent"], ["Junk"], ["Trash"], ["Vide"], ["Été", "Comptes rendus & PV"], ["日本語 & amis"], ["Emoji 📧"], ["percent%"],
        ["brace{1}"], ["quote\"d"], ["back\\slash"], ["paren(thesis)"], ["tilde~"], ["&"], ["plus+moins-"], ["dièse#"], ["l'apostrophe"],
        ["double  espace"], ["Casse"], ["casse"], ["INBOX", "INBOX"], ["a", "b", "c", "d", "e", "f", "g", "h"], ["virgule, et point-virgule;"],
        ["non abonné"], ["Envoyés"], [new string('l', 90) + "ong"], ["crochets[1]"],
    ];

    /// <summary>All of it: a target may alter or refuse some, and must say so.</summary>
    public static SeedMailbox All() => new("odd", Folders(), [.. Storable(), .. Unstorable()]);

    /// <summary>What a modern server keeps octet for octet.</summary>
    public static SeedMailbox Kept() => new("odd-kept", Folders(), [.. Storable()]);

    /// <summary>One message whose recorded size is wrong: reading it breaks the connection; the others in the folder are sound.</summary>
    public static SeedMailbox Poisoned()
    {
        var messages = Enumerable.Range(0, 9).Select(i => Plain($"poison {i}") with { Folder = ["Poison"] }).ToArray();
        messages[4] = messages[4] with { WrongSize = 12 };
        return new SeedMailbox("poisoned", [new(["INBOX"]), new(["Poison"])], messages);
    }

    private static SeedFolder[] Folders() => [.. Names.Select(n => new SeedFolder(n, n[0] != "non abonné"))];

    private static IEnumerable<SeedMessage> Storable()
    {
        yield return Plain("ordinaire");
        yield return Plain("sans Message-ID") with { Content = Bytes("From: a@asbl.example\nSubject: sans identifiant\n\ncorps\n") };
        yield return Plain("sans Received ni Date") with { Content = Bytes("Subject: rien d'autre\n\nx\n") };
        for (var i = 0; i < 4; i++)
            yield return Plain("même identifiant") with { Content = Bytes($"Message-ID: <double@asbl.example>\nSubject: même identifiant\n\ncorps {i}\n") };
        for (var i = 0; i < 3; i++)
            yield return Plain("jumeaux") with { Content = Bytes("Message-ID: <jumeau@asbl.example>\nSubject: trois fois le même\n\noctet pour octet\n") };
        yield return Plain("Latin-1 brut") with { Content = Encoding.Latin1.GetBytes("Subject: Réunion d'été\nFrom: Éloïse <e@asbl.example>\n\nà côté\n") };
        yield return Plain("UTF-8 brut") with { Content = Bytes("Subject: Réunion d'été 📧\nFrom: Éloïse <e@asbl.example>\n\nà côté\n") };
        yield return Plain("UTF-8 faux") with { Content = [.. Bytes("Subject: "), 0xC3, 0x28, 0xFF, 0xFE, .. Bytes("\n\n"), 0x80, 0x81, 0xFE, .. Bytes("\n")] };
        yield return Plain("CRLF") with { Content = Bytes("Subject: CRLF\r\n\r\nligne\r\nligne\r\n") };
        yield return Plain("mêlées") with { Content = Bytes("Subject: fins mêlées\r\nX-A: b\n\r\nligne\nligne\r\n") };
        yield return Plain("sans fin") with { Content = Bytes("Subject: sans fin de ligne\n\ndernière ligne sans fin") };
        yield return Plain("en-têtes seuls") with { Content = Bytes("Subject: pas de corps\n") };
        yield return Plain("ligne vide seule") with { Content = Bytes("\n") };
        yield return Plain("sans en-têtes") with { Content = Bytes("\nque du corps\n") };
        yield return Plain("un octet") with { Content = Bytes("x") };
        yield return Plain("espace d'abord") with { Content = Bytes(" suite de rien\nSubject: commence par une espace\n\nx\n") };
        yield return Plain("From_") with { Content = Bytes("From moi Sat Jan  1 00:00:00 2011\nSubject: ligne de mbox\n\nFrom toi\n>From lui\n.\n..\n...x\n") };
        yield return Plain("ligne longue") with { Content = Bytes("Subject: une ligne de 200 000\n\n" + new string('x', 200_000) + "\n") };
        yield return Plain("en-tête long") with { Content = Bytes("Subject: " + string.Join("\n ", Enumerable.Repeat(new string('h', 60), 800)) + "\n\nx\n") };
        yield return Plain("mille en-têtes") with { Content = Bytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"X-N-{i}: {i}\n")) + "\nx\n") };
        yield return Plain("mille destinataires") with { Content = Bytes("Subject: à tous\nTo: " + string.Join(",\n ", Enumerable.Range(0, 1000).Select(i => $"m{i}@asbl.example")) + "\n\nx\n") };
        yield return Plain("X-TUID") with { Content = Bytes("X-TUID: abcdefghijkl\nSubject: porte l'en-tête d'un autre outil\n\nx\n") };
        yield return Plain("emboîté") with { Content = Bytes(string.Concat(Enumerable.Range(0, 40).Select(i => $"Subject: {i}\nContent-Type: message/rfc822\n\n")) + "Subject: fond\n\nx\n") };
        yield return Plain("partie sans fin") with { Content = Bytes("Content-Type: multipart/mixed; boundary=b\n\n--b\n\njamais fermée\n") };
        yield return Plain("base64 sans lignes") with { Content = Bytes("Content-Transfer-Encoding: base64\n\n" + Convert.ToBase64String(new byte[9000]) + "\n") };
        yield return Plain("tous les drapeaux") with { Flags = "DFRST" };
        foreach (var flag in "DFRST")
            yield return Plain($"drapeau {flag}") with { Flags = flag.ToString() };
        yield return Plain("tous les mots-clés") with { Folder = ["Sent"], Keywords = [.. Enumerable.Range(0, 26).Select(i => $"Mot{i:00}")] };
        yield return Plain("mots-clés étranges") with { Keywords = ["$Forwarded", "$MDNSent", "Junk", "a:b", "UPPER", "upper2", "x+y.z"] };
        foreach (var date in (DateTimeOffset[])[
            DateTimeOffset.UnixEpoch.AddSeconds(1), new(1999, 12, 31, 23, 59, 59, TimeSpan.Zero), new(2012, 2, 29, 12, 0, 0, TimeSpan.Zero),
            new(2018, 3, 25, 1, 30, 0, TimeSpan.Zero), new(2018, 10, 28, 0, 30, 0, TimeSpan.Zero), new(2018, 10, 28, 1, 30, 0, TimeSpan.Zero)])
            yield return Plain($"date {date:O}") with { InternalDate = date };
        foreach (var name in Names.Skip(6))
            yield return Plain($"dans {name[^1]}") with { Folder = name };
    }

    private static IEnumerable<SeedMessage> Unstorable()
    {
        yield return Plain("vide") with { Content = [] };
        yield return Plain("NUL") with { Content = Bytes("Subject: NUL\n\navant\0après\n") };
        yield return Plain("NUL dans un en-tête") with { Content = Bytes("Subject: N\0L\n\nx\n") };
        yield return Plain("CR CR LF") with { Content = Bytes("Subject: trois\r\n\r\nligne\r\r\nligne\r\n") };
        yield return Plain("CR seul") with { Content = Bytes("Subject: CR\r\n\r\nligne\rligne\r\n") };
        yield return Plain("mot-clé avec crochets") with { Keywords = ["x[1]"] };
        yield return Plain("en 2037") with { InternalDate = new(2037, 1, 1, 0, 0, 0, TimeSpan.Zero) };
    }

    private static SeedMessage Plain(string subject) => new(
        ["INBOX"], Bytes($"Message-ID: <{Convert.ToHexStringLower(Bytes(subject))}@asbl.example>\nDate: Sat, 04 May 2019 10:20:30 +0000\nFrom: a@asbl.example\nSubject: {subject}\n\n{subject}\n"), Day, "S");

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}

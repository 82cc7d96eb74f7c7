namespace Cassiopea.Lab.Seed;

/// <summary>The mailboxes that figures refer to. Same seed, same octets, on every machine.</summary>
public static class MailSets
{
    /// <summary>Keywords used in the ordinary sets.</summary>
    public static readonly IReadOnlyList<string> Keywords = ["$Forwarded", "$Label1", "$Important", "$MDNSent", "NonJunk", "Urgent", "A_Traiter", "Compta"];

    private static readonly (string Path, int PerMille)[] Folders =
    [
        ("INBOX", 280), ("Envoyés", 180), ("Archives/2014", 120), ("Archives/2015", 100), ("Comité/Réunions", 80), ("Projets/Été", 60),
        ("日本語 & amis", 50), ("Trash", 40), ("Comptabilité", 40), ("Junk", 30), ("Listes/Adhérents", 20), ("Vide", 0),
    ];

    /// <summary>5,000 messages, about 68 MB, 12 folders.</summary>
    public static SeedMailbox Bench() => Ordinary("bench", 5_000, 1);

    /// <summary>1,000 messages, for distant servers.</summary>
    public static SeedMailbox Wan() => Ordinary("wan", 1_000, 2);

    /// <summary>20 messages of 5 to 20 MB.</summary>
    public static SeedMailbox Big()
    {
        var maker = new LetterMaker(3);
        var messages = new List<SeedMessage>();
        for (var i = 0; i < 20; i++)
        {
            var date = maker.Date(2015, 2022);
            var size = 5_000_000 + (i * 15_000_000 / 19);
            messages.Add(new SeedMessage([i % 2 == 0 ? "INBOX" : "Gros"], maker.Letter(size, date), date, "S"));
        }

        return new SeedMailbox("big", [new(["INBOX"]), new(["Gros"])], messages);
    }

    /// <summary>An ordinary mailbox of any size: 2 to 61 KB a message, flags, keywords, 2010 to 2022, accents, Japanese, a nested and an empty folder.</summary>
    public static SeedMailbox Ordinary(string name, int count, int seed)
    {
        var maker = new LetterMaker(seed);
        var dice = maker.Dice;
        var messages = new List<SeedMessage>(count);
        foreach (var (path, perMille) in Folders)
            for (var i = 0; i < count * perMille / 1000; i++)
            {
                var date = maker.Date(2010, 2023);
                var size = 2_000 + (int)(59_000 * Math.Pow(dice.NextDouble(), 4));
                var flags = (dice.Next(100) < 1 ? "D" : "") + (dice.Next(100) < 5 ? "F" : "") + (dice.Next(100) < 15 ? "R" : "")
                    + (dice.Next(100) < 70 ? "S" : "") + (dice.Next(100) < 1 ? "T" : "");
                string[] keywords = dice.Next(100) < 20 ? [Keywords[dice.Next(Keywords.Count)]] : [];
                messages.Add(new SeedMessage(path.Split('/'), maker.Letter(size, date), date, flags, keywords));
            }

        return new SeedMailbox(name, [.. Folders.Select(f => new SeedFolder(f.Path.Split('/')))], messages);
    }
}

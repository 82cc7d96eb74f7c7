using System.Globalization;
using System.Text;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Seed;

/// <summary>Puts mail into an account of the old host by writing its Maildir++ files: no server code runs, so any date, flag and octet is possible.</summary>
public static class MaildirWriter
{
    /// <summary>Writes a mailbox into an account that no session has open; files then belong to the mail user.</summary>
    public static async Task WriteAsync(MailAccount account, SeedMailbox mailbox, CancellationToken token)
    {
        var root = Path.Combine(account.Home, "Maildir");
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var keywords = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var folder in mailbox.Folders)
            MakeFolder(root, folder.Path);
        foreach (var message in mailbox.Messages)
        {
            var folder = FolderPath(root, message.Folder);
            var number = counts[folder] = counts.GetValueOrDefault(folder) + 1;
            var known = keywords.TryGetValue(folder, out var list) ? list : keywords[folder] = [];
            var letters = message.Flags + string.Concat(message.Keywords.Select(keyword => Letter(known, keyword)).Order());
            var size = message.WrongSize ?? message.Content.LongLength;
            // the number is the time part of the name: Dovecot gives UIDs in that order
            var file = Path.Combine(folder, "cur", string.Create(CultureInfo.InvariantCulture, $"{1_000_000_000 + number}.M{number}P1.lab,S={size}:2,{letters}"));
            await File.WriteAllBytesAsync(file, message.Content, token);
            File.SetLastWriteTimeUtc(file, message.InternalDate.UtcDateTime);
        }

        foreach (var (folder, known) in keywords)
            if (known.Count > 0)
                await File.WriteAllTextAsync(
                    Path.Combine(folder, "dovecot-keywords"),
                    string.Concat(known.Select((keyword, number) => string.Create(CultureInfo.InvariantCulture, $"{number} {keyword}\n"))),
                    token);
        await File.WriteAllTextAsync(Path.Combine(root, "subscriptions"), Subscriptions(mailbox), token);
        DovecotServer.Chown(root);
    }

    /// <summary>Adds one message to a folder, as a delivery at this moment would.</summary>
    public static async Task DeliverAsync(MailAccount account, IReadOnlyList<string> folder, byte[] content, CancellationToken token)
    {
        var root = Path.Combine(account.Home, "Maildir");
        if (!Directory.Exists(FolderPath(root, folder)))
        {
            MakeFolder(root, folder);
            DovecotServer.Chown(FolderPath(root, folder));
        }

        var now = TimeProvider.System.GetUtcNow();
        var name = string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()}.M{now.Ticks % TimeSpan.TicksPerSecond}P1.lab");
        var half = Path.Combine(FolderPath(root, folder), "tmp", name);
        await File.WriteAllBytesAsync(half, content, token);
        DovecotServer.Chown(half);
        File.Move(half, Path.Combine(FolderPath(root, folder), "new", name));
    }

    /// <summary>The folder on disk.</summary>
    public static string FolderPath(string root, IReadOnlyList<string> folder)
        => folder is ["INBOX"] ? root : Path.Combine(root, "." + string.Join('.', folder.Select(FolderName.Encode)));

    private static void MakeFolder(string root, IReadOnlyList<string> folder)
    {
        var path = FolderPath(root, folder);
        foreach (var part in (string[])["cur", "new", "tmp"])
            Directory.CreateDirectory(Path.Combine(path, part));
        if (path != root)
            File.WriteAllText(Path.Combine(path, "maildirfolder"), "");
    }

    private static char Letter(List<string> known, string keyword)
    {
        var number = known.IndexOf(keyword);
        if (number < 0)
        {
            number = known.Count;
            known.Add(keyword);
        }

        return number < 26 ? (char)('a' + number) : throw new InvalidOperationException("a Maildir folder knows 26 keywords");
    }

    private static string Subscriptions(SeedMailbox mailbox)
    {
        var text = new StringBuilder("V\t2\n\n");
        foreach (var folder in mailbox.Folders.Where(f => f.Subscribed))
            text.AppendJoin('\t', folder.Path.Select(FolderName.Encode)).Append('\n');
        return text.ToString();
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Archive;

/// <summary>Names in a Maildir++ tree. A folder's name never becomes a path as it is (facts R21).</summary>
internal static class MaildirName
{
    private const int Longest = 200;

    /// <summary>The directory of a folder below the root: empty for INBOX, else <c>.Level.Level</c> in modified UTF-7.</summary>
    public static string Folder(IReadOnlyList<string> levels)
    {
        if (levels is [var only] && NameStyle.IsInbox(only)) return "";
        var name = "." + string.Join('.', levels.Select(static level => ModifiedUtf7.Encode(NameStyle.Escape(NameStyle.Escape(level, '.'), '/'))));
        if (name.Length <= Longest) return name;
        return string.Concat(name.AsSpan(0, Longest - 17), "~", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8)));
    }

    /// <summary>What a message's file name begins with: date, UID and UIDVALIDITY make it unique and let a later run know it again.</summary>
    public static string Stem(uint uid, uint validity) => string.Create(CultureInfo.InvariantCulture, $"U{uid}V{validity}.cassiopea");

    /// <summary>The whole file name, with size, system flags and the letters of keywords.</summary>
    public static string File(uint uid, uint validity, InternalDate date, long size, FlagSet flags, KeywordLetters keywords)
    {
        var letters = new StringBuilder();
        foreach (var (flag, letter) in ((string, char)[])[("\\Draft", 'D'), ("\\Flagged", 'F'), ("\\Answered", 'R'), ("\\Seen", 'S'), ("\\Deleted", 'T')])
        {
            if (flags.Flags.Contains(flag, StringComparer.OrdinalIgnoreCase)) letters.Append(letter);
        }

        letters.Append([.. flags.Flags.Where(static flag => flag[0] != '\\').Select(keywords.Of).Where(static letter => letter != 0).Order()]);
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, date.IsKnown ? date.Seconds : 0)}.{Stem(uid, validity)},S={size}:2,{letters}");
    }

    /// <summary>The flags that a file's name tells.</summary>
    public static FlagSet Flags(string file, IReadOnlyList<string> keywords)
    {
        var at = file.LastIndexOf(":2,", StringComparison.Ordinal);
        return FlagSet.Of((at < 0 ? "" : file[(at + 3)..]).Select(letter => letter switch
        {
            'D' => "\\Draft",
            'F' => "\\Flagged",
            'R' => "\\Answered",
            'S' => "\\Seen",
            'T' => "\\Deleted",
            >= 'a' and <= 'z' when letter - 'a' < keywords.Count => keywords[letter - 'a'],
            _ => "",
        }));
    }

    /// <summary>UID and UIDVALIDITY of a file that an earlier run wrote.</summary>
    public static bool TryRead(string file, out uint uid, out uint validity)
    {
        (uid, validity) = (0, 0);
        var parts = file.Split('.');
        if (parts.Length < 3 || parts[1] is not ['U', ..] || !parts[2].StartsWith("cassiopea", StringComparison.Ordinal)) return false;
        var both = parts[1][1..].Split('V');
        return both.Length == 2
            && uint.TryParse(both[0], NumberStyles.None, CultureInfo.InvariantCulture, out uid)
            && uint.TryParse(both[1], NumberStyles.None, CultureInfo.InvariantCulture, out validity);
    }
}

/// <summary>The letters a to z that stand for keywords in the file names of one folder; kept in <c>dovecot-keywords</c>.</summary>
internal sealed class KeywordLetters
{
    private readonly List<string> _known = [];

    public IReadOnlyList<string> Known => _known;

    public static KeywordLetters Load(string directory)
    {
        var letters = new KeywordLetters();
        var file = Path.Combine(directory, "dovecot-keywords");
        if (File.Exists(file)) letters._known.AddRange(File.ReadLines(file).Select(static line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Take(26));
        return letters;
    }

    /// <summary>The letter of a keyword; NUL when 26 others have all of them: then the keyword is in the manifest only.</summary>
    public char Of(string keyword)
    {
        var at = _known.FindIndex(known => known.Equals(keyword, StringComparison.OrdinalIgnoreCase));
        if (at < 0 && _known.Count < 26)
        {
            at = _known.Count;
            _known.Add(keyword);
        }

        return at < 0 ? '\0' : (char)('a' + at);
    }

    public void Save(string directory)
    {
        if (_known.Count > 0)
            File.WriteAllText(Path.Combine(directory, "dovecot-keywords"), string.Concat(_known.Select(static (keyword, number) => string.Create(CultureInfo.InvariantCulture, $"{number} {keyword}\n"))));
    }
}

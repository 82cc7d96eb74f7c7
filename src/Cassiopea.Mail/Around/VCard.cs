using System.Text;

namespace Cassiopea.Mail;

/// <summary>One property of a card.</summary>
/// <param name="Name">Upper case, without its group.</param>
/// <param name="Parameters">As they stand, without the first semicolon; empty when there are none.</param>
/// <param name="Value">As it stands, escapes and all.</param>
internal sealed record VCardProperty(string Name, string Parameters, string Value)
{
    /// <summary>The value, escapes undone (RFC 6350 §3.4).</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder(Value.Length);
            for (var i = 0; i < Value.Length; i++)
            {
                if (Value[i] != '\\' || i + 1 == Value.Length)
                    text.Append(Value[i]);
                else
                    text.Append(Value[++i] is 'n' or 'N' ? '\n' : Value[i]);
            }

            return text.ToString();
        }
    }
}

/// <summary>A contact as vCard 3.0 (RFC 2426) or 4.0 (RFC 6350). Its lines are kept as they came; only their folding is made anew.</summary>
/// <param name="Lines">Unfolded lines between BEGIN and END.</param>
internal sealed record VCard(IReadOnlyList<string> Lines)
{
    private const int LongestLine = 75; // octets, RFC 6350 §3.2

    public IEnumerable<VCardProperty> Properties => Lines.Select(Split).OfType<VCardProperty>();

    public string First(string name) => Properties.FirstOrDefault(p => p.Name == name)?.Text ?? "";

    public string All(string name) => string.Join(' ', Properties.Where(p => p.Name == name).Select(p => p.Text));

    /// <summary>A card from what an address book without cards knows.</summary>
    public static VCard Of(string uid, string name, string given, string family, IEnumerable<string> mails) => new(
    [
        "VERSION:3.0", "UID:" + Escape(uid), "FN:" + Escape(name.Length > 0 ? name : $"{given} {family}".Trim()), $"N:{Escape(family)};{Escape(given)};;;",
        .. mails.Select(mail => "EMAIL;TYPE=INTERNET:" + Escape(mail)),
    ]);

    /// <summary>All cards of a file; lines outside of cards are left out, a card without its end is none.</summary>
    public static List<VCard> Read(string text)
    {
        List<VCard> cards = [];
        List<string>? lines = null;
        foreach (var line in Unfold(text))
        {
            if (line.Equals("BEGIN:VCARD", StringComparison.OrdinalIgnoreCase))
                lines = [];
            else if (line.Equals("END:VCARD", StringComparison.OrdinalIgnoreCase))
            {
                if (lines is not null)
                    cards.Add(new VCard(lines));
                lines = null;
            }
            else if (line.Length > 0)
            {
                lines?.Add(line);
            }
        }

        return cards;
    }

    public static string Write(IEnumerable<VCard> cards)
    {
        var text = new StringBuilder();
        foreach (var card in cards)
        {
            text.Append("BEGIN:VCARD\r\n");
            foreach (var line in card.Lines)
                Fold(text, line);
            text.Append("END:VCARD\r\n");
        }

        return text.ToString();
    }

    /// <summary>For spreadsheets: name, e-mail addresses, telephone numbers, organisation, notes; RFC 4180.</summary>
    public static string WriteCsv(IEnumerable<VCard> cards) => "name,email,telephone,organisation,note\r\n" + string.Concat(
        cards.Select(c => string.Join(',', new[] { c.First("FN"), c.All("EMAIL"), c.All("TEL"), c.First("ORG"), c.First("NOTE") }.Select(Field)) + "\r\n"));

    private static IEnumerable<string> Unfold(string text)
    {
        StringBuilder? line = null;
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            var part = raw.TrimEnd('\r');
            if (line is not null && part is [' ' or '\t', ..])
            {
                line.Append(part, 1, part.Length - 1);
                continue;
            }

            if (line is not null)
                yield return line.ToString();
            line = new StringBuilder(part);
        }

        if (line is not null)
            yield return line.ToString();
    }

    private static void Fold(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LongestLine)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }

    private static VCardProperty? Split(string line)
    {
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == ':' && !quoted)
            {
                var head = line[..i];
                var semicolon = head.IndexOf(';', StringComparison.Ordinal);
                var name = semicolon < 0 ? head : head[..semicolon];
                return new VCardProperty(name[(name.LastIndexOf('.') + 1)..].ToUpperInvariant(), semicolon < 0 ? "" : head[(semicolon + 1)..], line[(i + 1)..]);
            }
        }

        return null;
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    // a spreadsheet takes = + - @ at the start for a formula
    private static string Field(string text) => "\"" + (text is ['=' or '+' or '-' or '@', ..] ? "'" : "") + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}

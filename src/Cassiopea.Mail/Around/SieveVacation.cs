using System.Globalization;
using System.Text;

namespace Cassiopea.Mail;

/// <summary>An automatic reply (RFC 5230).</summary>
/// <param name="Subject">Of the reply; empty = the default.</param>
/// <param name="Days">Least days between two replies to the same sender; null = the default.</param>
/// <param name="From">Sender of the reply; empty = the mailbox.</param>
/// <param name="Addresses">Other addresses of the mailbox that it answers for.</param>
/// <param name="Text">What it says.</param>
internal sealed record AutoReply(string Subject, int? Days, string From, IReadOnlyList<string> Addresses, string Text);

/// <summary>Finds the automatic replies in a Sieve script (RFC 5228 §2, RFC 5230 §4) without judging when they apply.</summary>
internal static class SieveVacation
{
    /// <summary>All vacation actions, in order; what is no Sieve gives none.</summary>
    public static List<AutoReply> Find(string script)
    {
        List<AutoReply> found = [];
        var words = Words(script);
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] is { Quoted: false } word && word.Text.Equals("vacation", StringComparison.OrdinalIgnoreCase) && !(i > 0 && words[i - 1] is { Quoted: false, Text: ":" }))
                found.Add(Read(words, i + 1));
        }

        return found;
    }

    private static AutoReply Read(List<Word> words, int at)
    {
        var reply = new AutoReply("", null, "", [], "");
        for (; at < words.Count && words[at] is not { Quoted: false, Text: ";" or "{" or "}" }; at++)
        {
            var word = words[at];
            if (word.Quoted)
            {
                reply = reply with { Text = word.Text };
                continue;
            }

            var next = at + 1 < words.Count ? words[at + 1] : new Word("", false);
            switch (word.Text.ToLowerInvariant())
            {
                case ":subject" when next.Quoted:
                    (reply, at) = (reply with { Subject = next.Text }, at + 1);
                    break;
                case ":from" when next.Quoted:
                    (reply, at) = (reply with { From = next.Text }, at + 1);
                    break;
                case ":handle" when next.Quoted:
                    at++;
                    break;
                case ":days" when int.TryParse(next.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var days):
                    (reply, at) = (reply with { Days = days }, at + 1);
                    break;
                case ":addresses":
                    var list = List(words, at + 1);
                    (reply, at) = (reply with { Addresses = list.Values }, list.Last);
                    break;
                default:
                    break;
            }
        }

        return reply;
    }

    private static (List<string> Values, int Last) List(List<Word> words, int at)
    {
        List<string> values = [];
        if (at < words.Count && words[at].Quoted)
            return ([words[at].Text], at);
        if (at >= words.Count || words[at].Text != "[")
            return (values, at - 1);
        for (at++; at < words.Count && words[at] is not { Quoted: false, Text: "]" }; at++)
        {
            if (words[at].Quoted)
                values.Add(words[at].Text);
        }

        return (values, at);
    }

    /// <summary>Cuts a script into words: comments are left out, strings are unescaped, <c>text:</c> blocks are undotted.</summary>
    private static List<Word> Words(string script)
    {
        List<Word> words = [];
        for (var i = 0; i < script.Length;)
        {
            var c = script[i];
            if (char.IsWhiteSpace(c) || c == ',')
                i++;
            else if (c == '#')
                i = EndOf(script, '\n', i);
            else if (c == '/' && i + 1 < script.Length && script[i + 1] == '*')
                i = script.IndexOf("*/", i + 2, StringComparison.Ordinal) is var end and >= 0 ? end + 2 : script.Length;
            else if (c == '"')
                i = Quoted(script, i + 1, words);
            else if (script.AsSpan(i).StartsWith("text:", StringComparison.OrdinalIgnoreCase) && EndOf(script, '\n', i) is var line && script.AsSpan(i + 5, line - i - 5).Trim() is [] or ['#', ..])
                i = Block(script, line + 1, words);
            else
                i = Plain(script, i, words);
        }

        return words;
    }

    private static int Quoted(string script, int i, List<Word> words)
    {
        var text = new StringBuilder();
        for (; i < script.Length && script[i] != '"'; i++)
        {
            if (script[i] == '\\' && i + 1 < script.Length)
                i++;
            text.Append(script[i]);
        }

        words.Add(new Word(text.ToString(), true));
        return i + 1;
    }

    private static int Block(string script, int i, List<Word> words)
    {
        var text = new StringBuilder();
        while (i < script.Length)
        {
            var end = EndOf(script, '\n', i);
            var line = script[i..end].TrimEnd('\r');
            i = end + 1;
            if (line == ".")
                break;
            text.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append('\n');
        }

        words.Add(new Word(text.ToString(), true));
        return Math.Min(i, script.Length);
    }

    private static int Plain(string script, int i, List<Word> words)
    {
        const string single = ";{}[]()";
        if (single.Contains(script[i], StringComparison.Ordinal))
        {
            words.Add(new Word(script[i].ToString(), false));
            return i + 1;
        }

        var start = i++;
        while (i < script.Length && !char.IsWhiteSpace(script[i]) && !single.Contains(script[i], StringComparison.Ordinal) && script[i] is not ('"' or ',' or '#'))
            i++;
        words.Add(new Word(script[start..i], false));
        return i;
    }

    private static int EndOf(string text, char c, int from) => text.IndexOf(c, Math.Min(from, text.Length)) is var end and >= 0 ? end : text.Length;

    private readonly record struct Word(string Text, bool Quoted);
}

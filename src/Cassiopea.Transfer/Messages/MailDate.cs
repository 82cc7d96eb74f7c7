using System.Globalization;

namespace Cassiopea.Transfer.Messages;

/// <summary>Reads the dates that stand in messages (RFC 5322 §3.3 and its obsolete forms), as far as they can be understood.</summary>
public static class MailDate
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Reads <c>[Mon,] 2 Jan 2006 15:04[:05] +0100</c>; null when it is none.</summary>
    /// <param name="text">Without the field's name.</param>
    public static DateTimeOffset? Parse(string text)
    {
        var words = Uncommented(text).Split([' ', '\t', '\r', '\n', ','], StringSplitOptions.RemoveEmptyEntries);
        var at = Array.FindIndex(words, static word => char.IsAsciiDigit(word[0]));
        if (at < 0 || words.Length < at + 4) return null;
        var month = Array.FindIndex(Months, name => words[at + 1].StartsWith(name, StringComparison.OrdinalIgnoreCase)) + 1;
        if (month == 0 || !Number(words[at], 2, out var day) || !Number(words[at + 2], 4, out var year)) return null;
        var clock = words[at + 3].Split(':');
        var second = 0;
        if (clock.Length is < 2 or > 3 || !Number(clock[0], 2, out var hour) || !Number(clock[1], 2, out var minute)) return null;
        if (clock.Length == 3 && !Number(clock[2], 2, out second)) return null;
        if (words[at + 2].Length == 2) year += year < 50 ? 2000 : 1900;
        else if (words[at + 2].Length == 3) year += 1900;
        if (year is < 1 or > 9998 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60) return null;
        return new(new DateTime(year, month, day, hour, minute, Math.Min(second, 59), DateTimeKind.Unspecified), Zone(words.ElementAtOrDefault(at + 4) ?? ""));
    }

    /// <summary>When a message was received: the date of its topmost <c>Received</c>, else its <c>Date</c>; null when neither can be read.</summary>
    /// <param name="head">The message, or its beginning.</param>
    public static DateTimeOffset? Received(ReadOnlySpan<byte> head)
    {
        if (MessageHead.Find(head, "Received"u8) is { } received && Parse(received[(received.LastIndexOf(';') + 1)..]) is { } date) return date;
        return MessageHead.Find(head, "Date"u8) is { } written ? Parse(written) : null;
    }

    private static bool Number(string word, int most, out int number) =>
        int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number) && word.Length <= most;

    private static TimeSpan Zone(string word)
    {
        if (word.Length == 5 && word[0] is '+' or '-' && Number(word[1..3], 2, out var hours) && Number(word[3..5], 2, out var minutes) && hours <= 13 && minutes <= 59)
            return new TimeSpan(hours, minutes, 0) * (word[0] == '-' ? -1 : 1);
        return word.ToUpperInvariant() switch
        {
            "EDT" => TimeSpan.FromHours(-4),
            "EST" or "CDT" => TimeSpan.FromHours(-5),
            "CST" or "MDT" => TimeSpan.FromHours(-6),
            "MST" or "PDT" => TimeSpan.FromHours(-7),
            "PST" => TimeSpan.FromHours(-8),
            "CET" or "MET" => TimeSpan.FromHours(1),
            "CEST" or "MEST" => TimeSpan.FromHours(2),
            _ => TimeSpan.Zero,
        };
    }

    private static string Uncommented(string text)
    {
        if (!text.Contains('(', StringComparison.Ordinal)) return text;
        var (kept, depth) = (new System.Text.StringBuilder(text.Length), 0);
        foreach (var letter in text)
        {
            if (letter == '(') depth++;
            else if (letter == ')') depth = Math.Max(0, depth - 1);
            else if (depth == 0) kept.Append(letter);
        }

        return kept.ToString();
    }
}

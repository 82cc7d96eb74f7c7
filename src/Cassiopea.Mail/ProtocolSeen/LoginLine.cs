using System.Globalization;
using System.Net;

namespace Cassiopea.Mail;

/// <summary>Which server process a login went to.</summary>
internal enum LoginProtocol
{
    Imap,
    Pop3,
}

/// <summary>One login as Dovecot's log tells it.</summary>
/// <param name="At">When.</param>
/// <param name="Protocol">Which server process.</param>
/// <param name="User">Login name, lower case.</param>
/// <param name="Remote">The client's address; null when the line has none.</param>
/// <param name="Local">The server's address that it came to; null when the line has none.</param>
internal readonly record struct LoginLine(DateTimeOffset At, LoginProtocol Protocol, string User, IPAddress? Remote, IPAddress? Local)
{
    private static readonly (string Process, LoginProtocol Protocol)[] Processes = [("imap-login: ", LoginProtocol.Imap), ("pop3-login: ", LoginProtocol.Pop3)];

    // Dovecot before 2.4 says Login, later ones Logged in
    private static readonly string[] Words = ["Info: Login: ", "Login: ", "Info: Logged in: ", "Logged in: "];

    /// <summary>Reads a line of syslog (traditional or ISO 8601 time) or of Dovecot's own log file; null when it is no login.</summary>
    /// <param name="line">The line.</param>
    /// <param name="now">To guess the year, which most logs leave out: a line is never from the future.</param>
    /// <param name="zone">The zone of times that name none.</param>
    public static LoginLine? Parse(ReadOnlySpan<char> line, DateTimeOffset now, TimeZoneInfo zone)
    {
        foreach (var (process, protocol) in Processes)
        {
            var at = line.IndexOf(process, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var said = line[(at + process.Length)..];
            foreach (var word in Words)
            {
                if (!said.StartsWith(word, StringComparison.Ordinal))
                    continue;
                var fields = said[word.Length..];
                return Field(fields, "user=<", '>') is { Length: > 0 } user && Time(line, now, zone) is { } when
                    ? new LoginLine(when, protocol, user.ToLowerInvariant(), Address(fields, "rip="), Address(fields, "lip="))
                    : null;
            }
        }

        return null;
    }

    /// <summary>The time at the start of a line; null when there is none.</summary>
    public static DateTimeOffset? Time(ReadOnlySpan<char> line, DateTimeOffset now, TimeZoneInfo zone)
    {
        const int syslog = 15; // "Nov 24 09:18:45"
        const int dated = 19; // "2026-11-24 09:18:45"
        if (line.Length >= dated && char.IsAsciiDigit(line[0]))
        {
            var word = line[10] == 'T' ? Word(line) : line[..dated];
            if (!DateTimeOffset.TryParse(word, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var told))
                return null;
            return word.Length > dated && HasZone(word) ? told.ToUniversalTime() : Instant(told.DateTime, zone);
        }

        if (line.Length < syslog)
            return null;
        // a leap day parses only with a year that has one: the year is guessed first
        for (var year = TimeZoneInfo.ConvertTime(now, zone).Year; year >= now.Year - 4; year--)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{year} {line[..syslog]}");
            if (DateTime.TryParseExact(text, "yyyy MMM d HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite, out var local)
                && Instant(local, zone) is var instant && instant <= now.AddDays(1))
                return instant;
        }

        return null;
    }

    private static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone) =>
        new DateTimeOffset(local, zone.GetUtcOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified))).ToUniversalTime();

    private static bool HasZone(ReadOnlySpan<char> word) => word[^1] == 'Z' || word[19..].IndexOfAny('+', '-') >= 0;

    private static ReadOnlySpan<char> Word(ReadOnlySpan<char> line) => line.IndexOf(' ') is var end and >= 0 ? line[..end] : line;

    private static string? Field(ReadOnlySpan<char> fields, string name, char end)
    {
        var at = fields.IndexOf(name, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var value = fields[(at + name.Length)..];
        var stop = value.IndexOf(end);
        return stop < 0 ? null : value[..stop].ToString();
    }

    private static IPAddress? Address(ReadOnlySpan<char> fields, string name)
    {
        var at = fields.IndexOf(", " + name, StringComparison.Ordinal);
        if (at < 0)
            return null;
        var value = fields[(at + 2 + name.Length)..];
        var stop = value.IndexOfAny(',', ' ');
        return IPAddress.TryParse(stop < 0 ? value : value[..stop], out var address)
            ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
            : null;
    }
}

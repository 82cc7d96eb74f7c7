using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cassiopea.Transfer;

namespace Cassiopea.Imap;

internal enum StatusKind
{
    Ok,
    No,
    Bad,
}

/// <summary>The end of a command: OK, NO or BAD, with response code and text (RFC 9051 §7.1).</summary>
/// <param name="Kind">OK, NO or BAD.</param>
/// <param name="Code">The response code in capitals; empty when there is none.</param>
/// <param name="Arguments">What follows the code inside the brackets.</param>
/// <param name="Text">For people.</param>
internal readonly partial record struct ImapStatus(StatusKind Kind, string Code, string Arguments, string Text)
{
    public bool Ok => Kind == StatusKind.Ok;

    /// <summary>Reads <c>[CODE arguments] text</c>.</summary>
    public static ImapStatus Parse(StatusKind kind, ReadOnlySpan<byte> rest)
    {
        var (code, arguments) = ("", "");
        rest = rest.TrimStart((byte)' ');
        if (rest.Length > 0 && rest[0] == (byte)'[' && rest.IndexOf((byte)']') is var end and > 0)
        {
            var inside = rest[1..end];
            var space = inside.IndexOf((byte)' ');
            code = Encoding.Latin1.GetString(space < 0 ? inside : inside[..space]).ToUpperInvariant();
            if (space >= 0) arguments = Encoding.Latin1.GetString(inside[(space + 1)..]);
            rest = rest[(end + 1)..].TrimStart((byte)' ');
        }

        return new(kind, code, arguments, Encoding.UTF8.GetString(rest.Length > 400 ? rest[..400] : rest));
    }

    /// <summary>A refusal that is about us and not about a message; SERVERBUG is about a message, as a rule.</summary>
    public bool IsBusy(TransferSide side) => !Ok && Code is not "SERVERBUG" && ToException(side, "UID FETCH").Kind == TransferFailureKind.Passing;

    /// <summary>The refusal as an exception, with the kind and code that its response code means (RFC 5530, RFC 9208, RFC 7889).</summary>
    public ImapException ToException(TransferSide side, string command)
    {
        var wait = Backoff();
        var (kind, code) = Meaning(wait);
        var shown = Code.Length > 0 ? $"[{Code}] {Text}" : Text;
        return new(side, kind, code, $"{command}: {(Kind == StatusKind.Bad ? "BAD" : "NO")} {shown}", Code, usable: Kind == StatusKind.No)
        {
            Backoff = wait,
        };
    }

    private (TransferFailureKind Kind, string Code) Meaning(TimeSpan? wait) => Code switch
    {
        "OVERQUOTA" => (TransferFailureKind.Refused, TransferCode.OverQuota),
        "TOOBIG" => (TransferFailureKind.Refused, TransferCode.TooBig),
        "LIMIT" when Size().IsMatch(Text) => (TransferFailureKind.Refused, TransferCode.TooBig),
        "AUTHENTICATIONFAILED" or "AUTHORIZATIONFAILED" or "EXPIRED" => (TransferFailureKind.Refused, TransferCode.AuthenticationFailed),
        "NOPERM" or "PRIVACYREQUIRED" or "CONTACTADMIN" or "PERM" => (TransferFailureKind.Refused, TransferCode.PermissionDenied),
        "UNAVAILABLE" or "INUSE" or "THROTTLED" or "LIMIT" or "SERVERBUG" or "TEMPFAIL" => (TransferFailureKind.Passing, TransferCode.Throttled),
        _ when wait is not null || Busy().IsMatch(Text) => (TransferFailureKind.Passing, TransferCode.Throttled),
        _ when Full().IsMatch(Text) => (TransferFailureKind.Refused, TransferCode.OverQuota),
        _ when Kind == StatusKind.Bad => (TransferFailureKind.Broken, TransferCode.ProtocolBroken),
        _ => (TransferFailureKind.Refused, TransferCode.ItemRefused),
    };

    private TimeSpan? Backoff()
    {
        var match = Suggested().Match(Text);
        return match.Success && long.TryParse(match.Groups["ms"].ValueSpan, CultureInfo.InvariantCulture, out var ms) && ms is > 0 and < 86_400_000
            ? TimeSpan.FromMilliseconds(ms)
            : null;
    }

    [GeneratedRegex(@"Suggested Backoff Time: (?<ms>\d+) millisecond", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Suggested();

    [GeneratedRegex(@"throttled|too many (simultaneous )?(connections|requests|commands)|try again later|temporarily", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Busy();

    [GeneratedRegex(@"over ?quota|quota exceeded|mailbox (is )?full", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Full();

    [GeneratedRegex(@"size|large|big", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Size();
}

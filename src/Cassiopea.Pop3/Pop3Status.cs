using System.Globalization;
using System.Text.RegularExpressions;

namespace Cassiopea.Pop3;

/// <summary>The first line of an answer: +OK or -ERR, with the response code of RFC 2449 §8 where there is one.</summary>
internal readonly partial record struct Pop3Status(bool Ok, string Code, string Text)
{
    /// <summary>Reads the line; null when it is neither +OK nor -ERR.</summary>
    public static Pop3Status? Parse(string line)
    {
        var ok = line.StartsWith("+OK", StringComparison.OrdinalIgnoreCase);
        if (!ok && !line.StartsWith("-ERR", StringComparison.OrdinalIgnoreCase)) return null;
        var text = line[(ok ? 3 : 4)..].Trim();
        var code = "";
        if (!ok && text.StartsWith('[') && text.IndexOf(']', StringComparison.Ordinal) is var end and > 1)
            (code, text) = (text[1..end].ToUpperInvariant(), text[(end + 1)..].Trim());
        return new(ok, code, text.Length > 400 ? text[..400] : text);
    }

    /// <summary>The refusal as an exception (RFC 2449 §8.1, RFC 3206).</summary>
    public TransferException ToException(string command)
    {
        var (kind, code) = Code switch
        {
            "IN-USE" or "LOGIN-DELAY" or "SYS/TEMP" => (TransferFailureKind.Passing, TransferCode.Throttled),
            "SYS/PERM" => (TransferFailureKind.Refused, TransferCode.PermissionDenied),
            "AUTH" => (TransferFailureKind.Refused, TransferCode.AuthenticationFailed),
            _ when Busy().IsMatch(Text) => (TransferFailureKind.Passing, TransferCode.Throttled),
            _ when command is "PASS" or "AUTH" or "APOP" or "USER" => (TransferFailureKind.Refused, TransferCode.AuthenticationFailed),
            _ => (TransferFailureKind.Refused, TransferCode.ItemRefused),
        };
        return new(TransferSide.Source, kind, code, $"{command}: -ERR {(Code.Length > 0 ? $"[{Code}] " : "")}{Text}") { Backoff = Wait() };
    }

    /// <summary>What the server asks us to wait, where its text tells; a locked maildrop is tried again after some seconds.</summary>
    private TimeSpan? Wait()
    {
        var match = Seconds().Match(Text);
        if (match.Success && int.TryParse(match.Groups["s"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86_400)
            return TimeSpan.FromSeconds(seconds * (match.Groups["unit"].ValueSpan.StartsWith("m", StringComparison.OrdinalIgnoreCase) ? 60 : 1));
        return Code switch
        {
            "IN-USE" => TimeSpan.FromSeconds(2),
            "LOGIN-DELAY" => TimeSpan.FromSeconds(30),
            _ => null,
        };
    }

    [GeneratedRegex(@"try again later|temporar|too many|in use|locked|throttl|busy", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Busy();

    [GeneratedRegex(@"(?<s>\d{1,5}) ?(?<unit>s(ec(ond)?s?)?|m(in(ute)?s?)?)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Seconds();
}

using System.Text.RegularExpressions;

namespace Cassiopea.ServiceDefaults;

/// <summary>Takes secrets and people out of a text that people will read.</summary>
public static partial class Redaction
{
    private const string Mask = "***";

    /// <summary>Masks passwords, tokens and user names in settings, URLs and headers, and the local part of mail addresses.</summary>
    public static string Of(string text, int longest = 2000)
    {
        var clean = Settings().Replace(text, match => match.Groups["name"].Value + match.Groups["sign"].Value + Mask);
        clean = UrlUser().Replace(clean, match => match.Groups["scheme"].Value + Mask + "@");
        clean = MailAddress().Replace(clean, match => Mask + "@" + match.Groups["domain"].Value);
        return clean.Length <= longest ? clean : clean[..longest];
    }

    [GeneratedRegex("""(?<name>(?:password|passwd|pwd|passphrase|secret|token|api[-_]?key|user\s?name|user\s?id)"?)(?<sign>\s*[=:]\s*)("[^"]*"|'[^']*'|[^;,\s]+)|(?<name>\bbearer|\bbasic)(?<sign>\s+)[A-Za-z0-9._~+/=-]+""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Settings();

    [GeneratedRegex("""(?<scheme>[a-z][a-z0-9+.-]*://)[^/@\s]+@""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UrlUser();

    [GeneratedRegex("""[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MailAddress();
}

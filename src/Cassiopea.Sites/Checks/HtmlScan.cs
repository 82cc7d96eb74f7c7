using System.Net;

namespace Cassiopea.Sites.Checks;

/// <summary>Title and links of a page; comments and scripts are passed over.</summary>
internal static class HtmlScan
{
    private static readonly string[] Messages = ["Fatal error", "Parse error", "Warning", "Deprecated", "Notice"];

    public static string Title(string html)
    {
        foreach (var (name, tag) in Tags(html))
        {
            if (name != "title")
                continue;
            var end = html.IndexOf("</title", tag.End, StringComparison.OrdinalIgnoreCase);
            var title = end < 0 ? "" : html[tag.End..end];
            return WebUtility.HtmlDecode(string.Join(' ', title.Split((char[])[' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)));
        }

        return "";
    }

    public static IReadOnlyList<string> Links(string html, Uri site, string page) => Values(html, site, page, ("a", "href"));

    /// <summary>What a page shows besides its text: pictures, frames and style sheets.</summary>
    public static IReadOnlyList<string> Shown(string html, Uri site, string page) => Values(html, site, page, ("img", "src"), ("frame", "src"), ("iframe", "src"), ("link", "href"));

    private static List<string> Values(string html, Uri site, string page, params ReadOnlySpan<(string Tag, string Attribute)> wanted)
    {
        List<string> links = [];
        foreach (var (name, tag) in Tags(html))
        {
            var attribute = "";
            foreach (var one in wanted)
                attribute = one.Tag == name ? one.Attribute : attribute;
            if (attribute.Length > 0 && Attribute(html.AsSpan(tag.Start, tag.End - tag.Start), attribute) is { Length: > 0 } href
                && Local(WebUtility.HtmlDecode(href), site, page) is { Length: > 0 } local && !links.Contains(local))
                links.Add(local);
        }

        return links;
    }

    /// <summary>A link as a path of this site; empty for an empty link, null for one that leads elsewhere. Links that act (log out, delete) are not followed.</summary>
    public static string? Local(string link, Uri site, string page)
    {
        if (link.Length == 0)
            return "";
        if (!Uri.TryCreate(new Uri(site, page), link, out var target) || target.Scheme is not ("http" or "https"))
            return null;
        return Plain(target.Host) == Plain(site.Host) && !target.Query.Contains("action=", StringComparison.OrdinalIgnoreCase) && !target.Query.Contains("logout", StringComparison.OrdinalIgnoreCase)
            ? target.PathAndQuery
            : null;
    }

    /// <summary>What PHP prints when something is wrong, without the text, which may hold paths; a white page that should not be white is seen by its title.</summary>
    public static string PhpMessage(string html)
    {
        foreach (var message in Messages)
        {
            if (html.Contains($"<b>{message}</b>:", StringComparison.Ordinal) || html.Contains($"PHP {message}:", StringComparison.Ordinal))
                return $"The page shows a PHP message: {message}.";
        }

        return html.Contains("<?php", StringComparison.Ordinal) ? "The page shows PHP code." : "";
    }

    private static string Plain(string host) => host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..].ToLowerInvariant() : host.ToLowerInvariant();

    private static IEnumerable<(string Name, (int Start, int End) Tag)> Tags(string html)
    {
        for (var at = html.IndexOf('<', StringComparison.Ordinal); at >= 0 && at + 1 < html.Length; at = html.IndexOf('<', at))
        {
            if (string.CompareOrdinal(html, at, "<!--", 0, 4) == 0)
            {
                at = html.IndexOf("-->", at, StringComparison.Ordinal) is var end and >= 0 ? end : html.Length - 1;
                continue;
            }

            var close = html.IndexOf('>', at);
            if (close < 0)
                yield break;
            var length = 0;
            while (at + 1 + length < close && char.IsAsciiLetterOrDigit(html[at + 1 + length]))
                length++;
            var name = html.Substring(at + 1, length).ToLowerInvariant();
            if (length > 0)
                yield return (name, (at, close + 1));
            at = close;
            if (name is "script" or "style" && html.IndexOf("</" + name, close, StringComparison.OrdinalIgnoreCase) is var over)
                at = over < 0 ? html.Length - 1 : over;
        }
    }

    private static string? Attribute(ReadOnlySpan<char> tag, string name)
    {
        for (var at = tag.IndexOf(name, StringComparison.OrdinalIgnoreCase); at > 0; at = Next(tag, name, at))
        {
            var rest = tag[(at + name.Length)..].TrimStart();
            if (!char.IsWhiteSpace(tag[at - 1]) || rest is not ['=', ..])
                continue;
            rest = rest[1..].TrimStart();
            if (rest.IsEmpty)
                return null;
            var end = rest[0] is '"' or '\'' ? rest[1..].IndexOf(rest[0]) : rest.IndexOfAny(" \t\r\n>");
            return end < 0 ? null : (rest[0] is '"' or '\'' ? rest.Slice(1, end) : rest[..end]).Trim().ToString();
        }

        return null;
    }

    private static int Next(ReadOnlySpan<char> tag, string name, int at)
    {
        var next = tag[(at + 1)..].IndexOf(name, StringComparison.OrdinalIgnoreCase);
        return next < 0 ? -1 : at + 1 + next;
    }
}

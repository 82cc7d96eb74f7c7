using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Cassiopea.Imap.Archive.Index;

/// <summary>The frame of every page: no script and nothing from elsewhere, which a policy in the page enforces too.</summary>
internal static class IndexHtml
{
    // The language is a fragment (#fr, #nl, #en): wrappers of these names stand around the page, and :target chooses among the texts.
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1d2330;--soft:#4d5566;--page:#fff;--band:#f2f4f8;--line:#c9cfda;--link:#0b4fa8}
        @media (prefers-color-scheme:dark){:root{--ink:#e8ebf1;--soft:#b4bccb;--page:#14181f;--band:#1d232d;--line:#3b4454;--link:#8fbcff}}
        *{box-sizing:border-box}
        body{margin:0 auto;padding:1rem;max-width:72rem;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page)}
        a{color:var(--link)}a:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
        .t[lang=nl],.t[lang=en],#nl:target .t[lang=fr],#en:target .t[lang=fr]{display:none}
        #nl:target .t[lang=nl],#en:target .t[lang=en]{display:inline}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;margin:.5rem 0;padding:0;list-style:none}
        nav a,nav [aria-current]{display:inline-block;padding:.3rem 0;min-width:1.5rem}
        nav [aria-current],a[hreflang=fr],#nl:target a[hreflang=nl],#en:target a[hreflang=en]{font-weight:700}
        #nl:target a[hreflang=fr],#en:target a[hreflang=fr]{font-weight:400}
        h1{font-size:1.6rem;line-height:1.25;margin:.75rem 0;overflow-wrap:anywhere}
        p{max-width:44rem;color:var(--soft)}
        table{width:100%;border-collapse:collapse;font-size:.95rem}
        caption{text-align:start;font-weight:700;padding:.5rem 0}
        th,td{padding:.45rem .6rem;text-align:start;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
        tbody th{font-weight:400}thead th,tfoot th,tfoot td{background:var(--band);font-weight:700}
        .n{text-align:end;white-space:nowrap;font-variant-numeric:tabular-nums}
        .m{table-layout:fixed}.m .d{width:11rem;font-variant-numeric:tabular-nums}.m .f{width:30%}.m .n{width:8rem}
        tbody tr:hover{background:var(--band)}
        @media (max-width:40rem){table{font-size:.875rem}th,td{padding:.4rem .3rem}.m .d{width:6.1rem}.m .f{width:28%}.m .n{width:3.4rem;white-space:normal}}
        @media print{:root{--ink:#000;--soft:#000;--page:#fff;--band:#fff;--line:#999;--link:#000}nav{display:none}body{max-width:none;padding:0;font-size:9pt}a{text-decoration:none}tr{break-inside:avoid}thead{display:table-header-group}}
        """;

    private static readonly string Policy = "default-src 'none'; style-src 'sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style))) + "'; base-uri 'none'; form-action 'none'";
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Text that a stranger wrote, as text.</summary>
    public static string Text(string foreign) => Encoder.Encode(foreign);

    /// <summary>A path of the archive as a relative link: each level escaped, so that it is no scheme, no query and no fragment.</summary>
    public static string Href(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>A count with a blank that does not break.</summary>
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture).Replace(",", "\u202f", StringComparison.Ordinal);

    /// <summary>Bytes as thousands, rounded up.</summary>
    public static string Kilobytes(long bytes) => Number((bytes + 999) / 1000);

    /// <summary>The whole page.</summary>
    /// <param name="title">Encoded.</param>
    /// <param name="navigation">Above the heading; may be empty.</param>
    /// <param name="main">Encoded.</param>
    public static string Page(string title, string navigation, string main) => $"""
        <!DOCTYPE html>
        <html lang="fr">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="robots" content="noindex">
        <title>{title}</title>
        <style>{Style}</style>
        </head>
        <body>
        <div id="en"><div id="nl"><div id="fr">
        <header>
        <nav aria-label="Langue, taal, language"><ul><li><a href="#fr" hreflang="fr" lang="fr">Français</a></li><li><a href="#nl" hreflang="nl" lang="nl">Nederlands</a></li><li><a href="#en" hreflang="en" lang="en">English</a></li></ul></nav>
        {navigation}</header>
        <main>
        {main}</main>
        </div></div></div>
        </body>
        </html>

        """;
}

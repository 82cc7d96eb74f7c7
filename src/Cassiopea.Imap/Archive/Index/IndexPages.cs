using System.Globalization;
using System.Text;
using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Archive.Index;

/// <summary>
/// Makes the pages of one index: one with the folders, and for each folder one per 500 messages, newest first. Only one page is in memory.
/// </summary>
/// <param name="name">The page of folders is <c>name.html</c>, the others are in <c>name/</c>.</param>
/// <param name="top">Where the Maildir tree begins, from the page of folders: empty, or a path with a slash at its end.</param>
/// <param name="files">The files of the messages.</param>
/// <param name="root">The tree's root on the disk.</param>
/// <param name="write">Takes a page: its path and its HTML.</param>
internal sealed class IndexPages(string name, string top, ArchiveFiles files, string root, Func<string, string, CancellationToken, Task> write)
{
    private const int PerPage = 500;
    private readonly HeadReader _heads = new();
    private readonly string _name = IndexHtml.Href(name);

    /// <summary>Writes all pages, the one with the folders last.</summary>
    /// <param name="lines">The manifest.</param>
    /// <param name="empty">Folders, those without a message too.</param>
    /// <param name="token">Cancels.</param>
    public async Task WriteAsync(IEnumerable<ArchivedLine> lines, IEnumerable<string> empty, CancellationToken token)
    {
        var byFolder = lines.ToLookup(static line => line.Folder, StringComparer.Ordinal);
        var folders = byFolder.Select(static group => group.Key).Union(empty, StringComparer.Ordinal)
            .OrderBy(static folder => NameStyle.IsInbox(folder) ? 0 : 1).ThenBy(static folder => folder, StringComparer.OrdinalIgnoreCase).ThenBy(static folder => folder, StringComparer.Ordinal).ToList();
        var rows = new StringBuilder();
        var (count, bytes, number) = (0L, 0L, 0);
        foreach (var folder in folders)
        {
            var messages = byFolder[folder].OrderByDescending(static line => line.Received ?? DateTimeOffset.MinValue).ThenByDescending(static line => line.Validity).ThenByDescending(static line => line.Uid).ToList();
            var (shown, size) = (IndexHtml.Text(HeaderText.Plain(folder)), messages.Sum(static line => line.Size));
            var stem = (++number).ToString("000", CultureInfo.InvariantCulture);
            var link = messages.Count == 0 ? $"<bdi lang=\"\">{shown}</bdi>" : IndexWords.ForeignLink($"{_name}/{stem}.html", shown);
            rows.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{link}</th><td class=\"n\">{IndexHtml.Number(messages.Count)}</td><td class=\"n\">{IndexHtml.Kilobytes(size)}</td></tr>\n");
            (count, bytes) = (count + messages.Count, bytes + size);
            var pages = (messages.Count + PerPage - 1) / PerPage;
            for (var page = 1; page <= pages; page++)
                await FolderPageAsync(shown, stem, messages, page, pages, token);
        }

        await write($"{name}.html", IndexHtml.Page("Archive mail · Mailarchief · Mail archive", "", $"""
            <h1>{IndexWords.Archive}</h1>
            <p>{IndexWords.Explanation}</p>
            <table>
            <caption>{IndexWords.Folders}</caption>
            <thead><tr><th scope="col">{IndexWords.Folder}</th><th scope="col" class="n">{IndexWords.Messages}</th><th scope="col" class="n">{IndexWords.SizeKilobytes}</th></tr></thead>
            <tbody>
            {rows}</tbody>
            <tfoot><tr><th scope="row">{IndexWords.Total}</th><td class="n">{IndexHtml.Number(count)}</td><td class="n">{IndexHtml.Kilobytes(bytes)}</td></tr></tfoot>
            </table>

            """), token);
    }

    private async Task FolderPageAsync(string folder, string stem, List<ArchivedLine> messages, int page, int pages, CancellationToken token)
    {
        var first = (page - 1) * PerPage;
        var last = Math.Min(messages.Count, first + PerPage);
        var rows = new StringBuilder();
        for (var at = first; at < last; at++) await RowAsync(rows, messages[at], token);
        var turning = Turning(stem, page, pages);
        await write($"{name}/{PageName(stem, page)}", IndexHtml.Page(folder + (page > 1 ? $" · {page}" : ""), $"<nav><ul><li>{IndexWords.AllFolders.Link($"../{_name}.html")}</li></ul></nav>\n", $"""
            <h1><bdi lang="">{folder}</bdi></h1>
            {turning}<table class="m">
            <caption>{IndexWords.Messages} {IndexHtml.Number(first + 1)}–{IndexHtml.Number(last)} / {IndexHtml.Number(messages.Count)}, {IndexWords.NewestFirst}</caption>
            <thead><tr><th scope="col" class="d">{IndexWords.Received}</th><th scope="col" class="f">{IndexWords.From}</th><th scope="col">{IndexWords.Subject}</th><th scope="col" class="n">{IndexWords.SizeKilobytes}</th></tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            {turning}
            """), token);
    }

    private async Task RowAsync(StringBuilder rows, ArchivedLine line, CancellationToken token)
    {
        var file = files.Find(line);
        var head = file is null ? default : await _heads.ReadAsync(file, token);
        var date = line.Received is { } received ? string.Create(CultureInfo.InvariantCulture, $"<time datetime=\"{received:yyyy-MM-ddTHH:mm:ssZ}\">{received:yyyy-MM-dd HH:mm}</time>") : "—";
        var subject = string.IsNullOrEmpty(head.Subject) ? IndexWords.NoSubject.ToString() : $"<bdi lang=\"\">{IndexHtml.Text(head.Subject)}</bdi>";
        var cell = file is null ? IndexWords.Missing.ToString() : $"<a href=\"../{top}{IndexHtml.Href(Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'))}\">{subject}</a>";
        rows.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"d\">{date}</td><td lang=\"\"><bdi>{IndexHtml.Text(head.From ?? "")}</bdi></td><th scope=\"row\">{cell}</th><td class=\"n\">{IndexHtml.Kilobytes(line.Size)}</td></tr>\n");
    }

    private static string PageName(string stem, int page) => page == 1 ? $"{stem}.html" : string.Create(CultureInfo.InvariantCulture, $"{stem}-{page}.html");

    /// <summary>Links to the neighbours, the first, the last and the nearest pages.</summary>
    private static string Turning(string stem, int page, int pages)
    {
        if (pages == 1) return "";
        var links = new StringBuilder("<nav aria-label=\"Pages, pagina’s, pages\"><ul>");
        if (page > 1) links.Append(CultureInfo.InvariantCulture, $"<li>{IndexWords.Previous.Link(PageName(stem, page - 1), " rel=\"prev\"")}</li>");
        var before = 0;
        for (var other = 1; other <= pages; other++)
        {
            if (other != 1 && other != pages && Math.Abs(other - page) > 3) continue;
            if (other != before + 1) links.Append("<li aria-hidden=\"true\">…</li>");
            before = other;
            var text = other.ToString(CultureInfo.InvariantCulture);
            links.Append(CultureInfo.InvariantCulture, $"<li>{(other == page ? $"<span aria-current=\"page\">{text}</span>" : new IndexWords(text, text, text).Link(PageName(stem, other)))}</li>");
        }

        if (page < pages) links.Append(CultureInfo.InvariantCulture, $"<li>{IndexWords.Next.Link(PageName(stem, page + 1), " rel=\"next\"")}</li>");
        return links.Append("</ul></nav>\n").ToString();
    }
}

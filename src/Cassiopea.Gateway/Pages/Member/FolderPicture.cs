using System.Globalization;
using System.Net;
using System.Text;

namespace Cassiopea.Gateway.Pages.Member;

/// <summary>The largest folders of a mailbox as bars, biggest first.</summary>
internal static class FolderPicture
{
    const int Row = 34, Width = 580;

    public static string Svg(Visit visit, IReadOnlyList<(string Name, long Bytes)> folders)
    {
        var label = WebUtility.HtmlEncode(string.Join(", ", folders.Select(f => $"{f.Name} {visit.Size(f.Bytes)}")));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg class=\"chart tree\" viewBox=\"0 0 600 {folders.Count * Row}\" role=\"img\" aria-label=\"{label}\">");
        for (var i = 0; i < folders.Count; i++)
        {
            var width = Math.Max(4, (int)((double)Width * folders[i].Bytes / Math.Max(1, folders[0].Bytes)));
            var outside = width < 300;
            var text = WebUtility.HtmlEncode($"{folders[i].Name} · {visit.Size(folders[i].Bytes)}");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"y{i % 5}\" x=\"0\" y=\"{i * Row + 2}\" width=\"{width}\" height=\"28\" rx=\"4\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text class=\"{(outside ? "out" : "in")}\" x=\"{(outside ? width + 8 : 10)}\" y=\"{i * Row + 21}\">{text}</text>");
        }
        return svg.Append("</svg>").ToString();
    }
}

using System.Text;

namespace Cassiopea.MySql.Replace;

/// <summary>A text and what takes its place, for example the site's old and new address.</summary>
/// <param name="From">Not empty.</param>
/// <param name="To">What stands there afterwards.</param>
public sealed record Replacement(string From, string To)
{
    /// <summary>
    /// The first replacement whose new text these replacements would change again: doing all of them twice, as after a kill, would not be the same as once.
    /// Null when there is none. A new text that holds its own old one stays as it is.
    /// </summary>
    /// <param name="all">What is replaced together.</param>
    /// <exception cref="ArgumentException">A text to be replaced is empty.</exception>
    public static Replacement? Feeding(IReadOnlyList<Replacement> all)
    {
        var needles = new Needles(all);
        return all.FirstOrDefault(one => Needles.FormsOf(one).Any(form => needles.Changes(form.To)));
    }
}

/// <summary>A value after replacement.</summary>
/// <param name="Bytes">The new value; null when nothing was replaced.</param>
/// <param name="Count">Places replaced.</param>
/// <param name="Damaged">True when it is serialised PHP that PHP itself could not read: it was left alone.</param>
public readonly record struct ReplacedValue(byte[]? Bytes, int Count, bool Damaged);

/// <summary>
/// Finds the texts as they are, with slashes escaped as in JSON, and percent-encoded as in addresses. Where the new text holds the old one, places that hold
/// the new one already stay: replacing twice does no harm.
/// </summary>
internal sealed class Needles
{
    private readonly List<(byte[] From, byte[] To, bool Stays)> _pairs = [];

    public Needles(IEnumerable<Replacement> replacements)
    {
        foreach (var one in replacements)
        {
            if (one.From.Length == 0) throw new ArgumentException("A text to be replaced is empty.", nameof(replacements));
            foreach (var (from, to) in FormsOf(one)) Add(from, to);
        }

        _pairs.Sort(static (x, y) => y.From.Length - x.From.Length);
    }

    /// <summary>All forms that are looked for.</summary>
    public IEnumerable<byte[]> Forms => _pairs.Where(static pair => !pair.Stays).Select(static pair => pair.From);

    public bool AnyIn(ReadOnlySpan<byte> text)
    {
        foreach (var (from, _, stays) in _pairs)
            if (!stays && text.IndexOf(from) >= 0) return true;
        return false;
    }

    /// <summary>A replacement in each form that is looked for, as it is first.</summary>
    public static IEnumerable<(string From, string To)> FormsOf(Replacement one) =>
    [
        (one.From, one.To),
        (Json(one.From, escapeSlash: true, ascii: false), Json(one.To, escapeSlash: true, ascii: false)),
        (Json(one.From, escapeSlash: true, ascii: true), Json(one.To, escapeSlash: true, ascii: true)),
        (Json(one.From, escapeSlash: false, ascii: true), Json(one.To, escapeSlash: false, ascii: true)),
        (Uri.EscapeDataString(one.From), Uri.EscapeDataString(one.To)),
    ];

    /// <summary>True when a text without structure would be another one afterwards.</summary>
    public bool Changes(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        using var made = new MemoryStream(bytes.Length + 64);
        Replace(bytes, made);
        return !made.ToArray().AsSpan().SequenceEqual(bytes);
    }

    /// <summary>Replaces in text that has no structure; the longest form wins where two begin.</summary>
    public int Replace(ReadOnlySpan<byte> text, MemoryStream into)
    {
        var count = 0;
        while (true)
        {
            var (first, which) = (-1, -1);
            for (var i = 0; i < _pairs.Count; i++)
            {
                var window = first < 0 ? text : text[..Math.Min(text.Length, first + _pairs[i].From.Length - 1)];
                var at = window.IndexOf(_pairs[i].From);
                if (at >= 0 && (first < 0 || at < first)) (first, which) = (at, i);
            }

            if (which < 0)
            {
                into.Write(text);
                return count;
            }

            into.Write(text[..first]);
            into.Write(_pairs[which].To);
            text = text[(first + _pairs[which].From.Length)..];
            if (!_pairs[which].Stays) count++;
        }
    }

    /// <summary>A text as it stands in a JSON string (RFC 8259 §7).</summary>
    public static string Json(string text, bool escapeSlash, bool ascii)
    {
        var made = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (c is '"' or '\\' || c == '/' && escapeSlash) made.Append('\\').Append(c);
            else if (c == '\n') made.Append("\\n");
            else if (c == '\r') made.Append("\\r");
            else if (c == '\t') made.Append("\\t");
            else if (c < ' ' || c > 126 && ascii) made.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else made.Append(c);
        }

        return made.ToString();
    }

    private void Add(string from, string to)
    {
        var (old, made) = (Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to));
        if (_pairs.Exists(pair => !pair.Stays && pair.From.AsSpan().SequenceEqual(old))) return;
        _pairs.RemoveAll(pair => pair.Stays && pair.From.AsSpan().SequenceEqual(old));
        _pairs.Add((old, made, false));
        if (made.AsSpan().IndexOf(old) >= 0 && !_pairs.Exists(pair => pair.From.AsSpan().SequenceEqual(made))) _pairs.Add((made, made, true));
    }
}

using System.Text;

namespace Cassiopea.Sites.Configuration;

/// <summary>Replacements in a text of bytes; what is not replaced stays byte for byte.</summary>
internal sealed class TextEdits(string text)
{
    private readonly SortedDictionary<int, (int End, string With, ConfigurationEdit Edit)> _edits = [];

    public IReadOnlyList<ConfigurationEdit> Made => [.. _edits.Values.Select(static e => e.Edit)];

    public bool Any => _edits.Count > 0;

    /// <summary>Replaces a stretch; of two that overlap the first one asked for counts.</summary>
    public void Replace(int start, int end, string with, ConfigurationEdit edit)
    {
        if (!text.AsSpan(start, end - start).SequenceEqual(with) && !_edits.Any(e => start < e.Value.End && e.Key < end))
            _edits[start] = (end, with, edit);
    }

    /// <summary>Adds text after a stretch that ends here.</summary>
    public void Insert(int at, string added, ConfigurationEdit edit)
    {
        _edits.TryAdd(at, (at, added, edit));
    }

    public string Apply()
    {
        StringBuilder result = new(text.Length + 64);
        var at = 0;
        foreach (var (start, edit) in _edits)
        {
            result.Append(text, at, start - at).Append(edit.With);
            at = edit.End;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }
}

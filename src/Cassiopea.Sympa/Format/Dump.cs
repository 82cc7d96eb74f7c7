namespace Cassiopea.Sympa.Format;

/// <summary>One person of a <c>member.dump</c>, <c>owner.dump</c> or <c>editor.dump</c>.</summary>
/// <param name="Fields">Key and value of each line; unknown keys are kept.</param>
public sealed record DumpEntry(IReadOnlyList<(string Key, string Value)> Fields)
{
    /// <summary>What no two hosts have equal: Sympa writes it anew at each restore.</summary>
    public const string Rewritten = "update_date";

    /// <summary>The address, in lower case as Sympa keeps it; empty when the paragraph has none.</summary>
    public string Address { get; } = Fields.FirstOrDefault(static field => field.Key == "email").Value?.ToLowerInvariant() ?? "";

    /// <summary>Value of a key; null when it is not there.</summary>
    /// <param name="key">For example <c>reception</c>.</param>
    public string? this[string key] => Fields.FirstOrDefault(field => field.Key == key).Value;

    /// <summary>The fields that two hosts must agree on, sorted.</summary>
    public IReadOnlyList<(string Key, string Value)> Meaning =>
        [.. Fields.Where(static one => one.Key != Rewritten && !IsDefault(one)).Select(one => one.Key == "email" ? (one.Key, Address) : one).OrderBy(static one => one.Key, StringComparer.Ordinal)];

    /// <summary>True when both say the same of the same person.</summary>
    /// <param name="other">The other host's.</param>
    public bool SaysTheSameAs(DumpEntry other) => Meaning.SequenceEqual(other.Meaning);

    /// <summary>Sympa adds these when they were not said.</summary>
    private static bool IsDefault((string Key, string Value) field) => field is ("number_messages", "0" or "") or ("inclusion" or "inclusion_ext" or "suspend", "0" or "") or (_, "");
}

/// <summary>A dump of people, of any vintage: all have one paragraph a person and <c>key value</c> a line.</summary>
public static class Dump
{
    /// <summary>Names under which the people of a role can lie in a list's folder, the truth first.</summary>
    /// <param name="role"><c>member</c>, <c>owner</c> or <c>editor</c>.</param>
    public static IReadOnlyList<string> FileNames(string role) => role == "member"
        ? ["member.dump", "subscribers.closed.dump", "subscribers.db.dump", "subscribers"]
        : [$"{role}.dump"];

    /// <summary>Reads the people; the first of two equal addresses counts, as Sympa does.</summary>
    /// <param name="octets">The whole file.</param>
    public static IReadOnlyList<DumpEntry> Read(ReadOnlySpan<byte> octets) => Distinct(ParagraphFile.Parse(octets).Paragraphs.Select(static one => new DumpEntry(one.Fields)));

    /// <summary>Writes people as Sympa does: UTF-8, keys sorted, a blank line after each.</summary>
    /// <param name="people">Whom.</param>
    public static byte[] Write(IEnumerable<DumpEntry> people)
    {
        var file = ParagraphFile.Empty();
        foreach (var one in people)
            file.Paragraphs.Add(Paragraph.Of(one.Fields.OrderBy(static field => field.Key, StringComparer.Ordinal).Select(static field => $"{field.Key} {OneLine(field.Value)}")));
        return file.ToUtf8();
    }

    private static string OneLine(string value) => value.Replace('\r', ' ').Replace('\n', ' ');

    private static List<DumpEntry> Distinct(IEnumerable<DumpEntry> people)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. people.Where(one => one.Address.Length > 0 && seen.Add(one.Address))];
    }
}

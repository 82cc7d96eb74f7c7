namespace Cassiopea.Sympa.Format;

/// <summary>What is wrong or must be looked at in a list's files.</summary>
/// <param name="File">Path inside the list's folder.</param>
/// <param name="Line">From 1.</param>
/// <param name="Code">Kebab-case.</param>
/// <param name="Text">What, in English.</param>
public sealed record ListFinding(string File, int Line, string Code, string Text);

/// <summary>The <c>config</c> of a list: parameters in paragraphs, scalars on one line, groups with one sub-key a line.</summary>
/// <param name="file">Its paragraphs; changed in place.</param>
public sealed class ListConfig(ParagraphFile file)
{
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal) { "status", "update", "serial", "host", "family_name", "latest_instantiation" };

    /// <summary>The paragraphs.</summary>
    public ParagraphFile File { get; } = file;

    /// <summary>Reads a config; unknown parameters and comments are kept.</summary>
    /// <param name="octets">The whole file.</param>
    public static ListConfig Parse(ReadOnlySpan<byte> octets) => new(ParagraphFile.Parse(octets));

    /// <summary>Value of a scalar; null when it is not set. Of several, Sympa takes the last.</summary>
    /// <param name="key">For example <c>subject</c>.</param>
    public string? Value(string key) => File.Paragraphs.FindLast(one => one.Key == key && one.Fields[0].Value.Length > 0)?.Fields[0].Value;

    /// <summary>Value of a sub-key of a group; null when it is not set.</summary>
    /// <param name="group">For example <c>archive</c>.</param>
    /// <param name="key">For example <c>web_access</c>.</param>
    public string? Value(string group, string key) => Groups(group)
        .SelectMany(static one => one.Fields.Skip(1)).Where(field => field.Key == key).Select(static field => field.Value).LastOrDefault();

    /// <summary>All paragraphs of one name, such as the <c>include_list</c> of a list.</summary>
    /// <param name="key">The name.</param>
    public IReadOnlyList<Paragraph> Groups(string key) => [.. File.Paragraphs.Where(one => one.Key == key)];

    /// <summary>Sets a scalar where it stands, or at the end.</summary>
    /// <param name="key">The name.</param>
    /// <param name="value">One line.</param>
    public void Set(string key, string value)
    {
        if (value.AsSpan().IndexOfAny('\r', '\n') >= 0) throw new ArgumentException("A value is one line.", nameof(value));
        var at = File.Paragraphs.FindLastIndex(one => one.Key == key);
        var paragraph = Paragraph.Of([$"{key} {value}"]);
        if (at >= 0)
        {
            File.Paragraphs[at] = paragraph;
            return;
        }

        if (File.Paragraphs.Count > 0 && File.Paragraphs[^1] is { Blank: "" } last)
            File.Paragraphs[^1] = last with { Text = last.Text.EndsWith('\n') ? last.Text : last.Text + "\n", Blank = "\n" };
        File.Paragraphs.Add(paragraph);
    }

    /// <summary>Takes a parameter out.</summary>
    /// <param name="key">Its name.</param>
    public void Remove(string key) => File.Paragraphs.RemoveAll(one => one.Key == key);

    /// <summary>Owners or editors written in the config, as Sympa before 6.2.33 did.</summary>
    /// <param name="role"><c>owner</c> or <c>editor</c>.</param>
    public IReadOnlyList<DumpEntry> People(string role) =>
        [.. Groups(role).Select(static one => new DumpEntry([.. one.Fields.Skip(1)])).Where(static entry => entry.Address.Length > 0)];

    /// <summary>What Sympa would read otherwise than its author meant.</summary>
    public IEnumerable<ListFinding> Findings()
    {
        if (File.IsLatin1) yield return new("config", 1, "latin-1", "The file is in Latin-1; it is converted to UTF-8 for the new host.");
        foreach (var one in File.Paragraphs.Where(static one => one.Fields.Count > 1 && one.Fields[0].Value.Length > 0))
            yield return new("config", one.Line, "two-in-a-paragraph", $"'{one.Key}' shares its paragraph with '{one.Fields[1].Key}': Sympa ignores what follows the first line.");
    }

    /// <summary>The config for another host: closed until all is in place, nothing of what the old host decides, old addresses rewritten.</summary>
    /// <param name="old">As it is at the old host.</param>
    /// <param name="from">Address of the old list.</param>
    /// <param name="to">Address of the new list.</param>
    public static ListConfig ForTarget(ListConfig old, ListAddress from, ListAddress to)
    {
        var config = new ListConfig(ParagraphFile.Empty());
        foreach (var one in old.File.Paragraphs.Where(static one => !Own.Contains(one.Key)))
            config.File.Paragraphs.Add(one with { Text = to.Rewrite(one.Text, from), Blank = one.Blank.Length == 0 ? "\n" : one.Blank });
        config.Set("status", "closed");
        return config;
    }

    /// <summary>The parameters that count when two configs are compared: what each host writes by itself is left out, values are as Sympa normalises them.</summary>
    public IReadOnlyDictionary<string, string> Meaning()
    {
        var meaning = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in File.Paragraphs.Where(static one => one.Key.Length > 0 && !Own.Contains(one.Key) && one.Key != "creation").GroupBy(static one => one.Key, StringComparer.Ordinal))
        {
            meaning[group.Key] = string.Join(" | ", group.Select(one => string.Join(" ; ", one.Fields
                .Select((field, index) => index == 0 ? Normal(one.Key, field.Value) : $"{field.Key} {field.Value}").Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
        }

        return meaning;
    }

    private static string Normal(string key, string value) =>
        key == "custom_subject" && value is ['[', .., ']'] ? value[1..^1] : value;
}

/// <summary>Name and robot of a list.</summary>
/// <param name="Name">Local part, lower case.</param>
/// <param name="Robot">Domain, lower case.</param>
public sealed record ListAddress(string Name, string Robot)
{
    /// <summary>Reads <c>name@robot</c>; what could be a path or an option is refused.</summary>
    /// <param name="text">The address.</param>
    /// <exception cref="FormatException">Not an address of a list.</exception>
    public static ListAddress Parse(string text)
    {
        var at = text.IndexOf('@');
        var address = new ListAddress(at < 0 ? "" : text[..at].ToLowerInvariant(), text[(at + 1)..].ToLowerInvariant());
        return Plain(address.Name, "-_.+") && Plain(address.Robot, "-.") && address.Name.Length <= 50
            ? address
            : throw new FormatException($"'{text}' is not the address of a list: name@domain.");
    }

    /// <inheritdoc />
    public override string ToString() => $"{Name}@{Robot}";

    /// <summary>The text with the old list's addresses (the list itself, -request, -owner, -editor, -subscribe, -unsubscribe) and the old domain replaced.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="old">The old list.</param>
    public string Rewrite(string text, ListAddress old)
    {
        var lines = text;
        foreach (var suffix in (string[])["", "-request", "-owner", "-editor", "-subscribe", "-unsubscribe"])
            lines = lines.Replace($"{old.Name}{suffix}@{old.Robot}", $"{Name}{suffix}@{Robot}", StringComparison.OrdinalIgnoreCase);
        return lines.Replace("@" + old.Robot, "@" + Robot, StringComparison.OrdinalIgnoreCase);
    }

    private static bool Plain(string part, string signs) =>
        part.Length > 0 && char.IsAsciiLetterOrDigit(part[0]) && part.All(c => char.IsAsciiLetterOrDigit(c) || signs.Contains(c));
}

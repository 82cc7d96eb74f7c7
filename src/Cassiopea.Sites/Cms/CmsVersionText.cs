using Cassiopea.Sites.Php;

namespace Cassiopea.Sites.Cms;

/// <summary>The marker file of a system, read for its version.</summary>
internal sealed class CmsVersionText(byte[] bytes)
{
    private PhpSettings? _settings;

    private PhpSettings Settings => _settings ??= PhpSettings.Of(PhpFile.Parse(bytes));

    /// <summary>The first of these settings that the file has, as text.</summary>
    public string? Setting(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Settings.Text(key)?.Trim() is { Length: > 0 } value)
                return value;
        }

        return null;
    }

    /// <summary>Two settings as one version: <c>1.5</c> and <c>26</c>.</summary>
    public string? Pair(string major, string minor) => Setting(major) is { } first ? Setting(minor) is { } second ? first + "." + second : first : null;

    /// <summary>The value of a line <c>name = "value"</c> of an INI file.</summary>
    public string? Ini(string name)
    {
        foreach (var line in PlainLines())
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[..equals].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))
                return line[(equals + 1)..].Trim().Trim('"', '\'');
        }

        return null;
    }

    /// <summary>The first line, as it is.</summary>
    public string? FirstLine() => PlainLines().Select(static l => l.Trim()).FirstOrDefault(static l => l.Length > 0);

    /// <summary>The value of <c>"name": "value"</c> in a JSON file.</summary>
    public string? Json(string name)
    {
        try
        {
            using var json = System.Text.Json.JsonDocument.Parse(bytes);
            return json.RootElement.ValueKind == System.Text.Json.JsonValueKind.Object && json.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private string[] PlainLines() => System.Text.Encoding.Latin1.GetString(bytes).Split('\n');
}

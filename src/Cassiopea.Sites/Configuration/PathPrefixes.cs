namespace Cassiopea.Sites.Configuration;

/// <summary>Old and new beginnings of paths and addresses.</summary>
internal static class PathPrefixes
{
    /// <summary>The value with the longest old beginning replaced, at a boundary only; null when none fits.</summary>
    public static string? Replace(string value, IReadOnlyList<KeyValuePair<string, string>> prefixes)
    {
        foreach (var (old, @new) in prefixes.OrderByDescending(static p => p.Key.Length))
        {
            if (old.Length > 0 && value.StartsWith(old, StringComparison.Ordinal) && (value.Length == old.Length || old[^1] == '/' || value[old.Length] is '/' or ':'))
                return @new + value[old.Length..];
        }

        return null;
    }
}

using System.Buffers;

namespace Cassiopea.Sites.Compatibility;

/// <summary>Which texts are paths of the old host.</summary>
internal static class AbsolutePaths
{
    private static readonly string[] Usual = ["/home/", "/var/www/", "/var/lib/", "/srv/", "/data/", "/mnt/", "/users/", "/kunden/", "/customers/", "/hosting/", "/web/", "/usr/local/", "/usr/home/", "/opt/"];

    private static readonly SearchValues<char> NotInPaths = SearchValues.Create("\n\r<>*?|");

    public static bool Is(string value, IReadOnlyList<string> roots) =>
        value.Length > 4 && value[0] == '/' && !value.AsSpan().ContainsAny(NotInPaths) &&
        (roots.Any(r => value.StartsWith(r, StringComparison.Ordinal)) || (Usual.Any(u => value.StartsWith(u, StringComparison.Ordinal)) && value.LastIndexOf('/') >= 4));
}

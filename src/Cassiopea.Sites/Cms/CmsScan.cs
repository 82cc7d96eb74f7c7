using Cassiopea.Sites.Php;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Cms;

/// <summary>Recognises every system in a tree, several in one and below one another.</summary>
public static class CmsScan
{
    private const int LongestMarker = 1 << 20;

    /// <summary>True for the files whose paths this wants to know of; a survey need not keep the others.</summary>
    /// <param name="path">A file of the tree.</param>
    public static bool Wants(SitePath path) =>
        CmsRecipes.MarkerNames.Contains(path.Name) || path.Name == "VERSION" || path.Name.EndsWith(".php", StringComparison.Ordinal) || path.Name.EndsWith(".php3", StringComparison.Ordinal);

    /// <summary>Finds the systems; reads their marker and configuration files only.</summary>
    /// <param name="tree">The site.</param>
    /// <param name="files">Paths of its files; those that <see cref="Wants"/> answers true for are enough.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<IReadOnlyList<CmsFound>> RunAsync(ISiteTree tree, IEnumerable<SitePath> files, CancellationToken token)
    {
        var all = files.Select(static f => f.Bytes).ToHashSet(StringComparer.Ordinal);
        var names = all.Where(static f => CmsRecipes.MarkerNames.Contains(f[(f.LastIndexOf('/') + 1)..])).Order(StringComparer.Ordinal).ToList();
        List<CmsFound> found = [];
        foreach (var recipe in CmsRecipes.All)
        {
            foreach (var marker in names)
            {
                if (RootOf(marker, recipe.Marker) is not { } root || found.Exists(f => f.Kind == recipe.Kind && f.Root == root))
                    continue;
                var telling = SitePath.OfBytes(Under(root, recipe.VersionFile));
                if (!all.Contains(telling.Bytes) || await tree.ReadAsync(telling, LongestMarker, token) is not { } bytes || recipe.Version(new CmsVersionText(bytes)) is not { } version)
                    continue;
                found.Add(new CmsFound(recipe.Kind, version, root, telling, await ConfigurationsAsync(tree, recipe, root, all, token)));
            }
        }

        return [.. found.OrderBy(static f => f.Root, StringComparer.Ordinal)];
    }

    /// <summary>Files and folders that a system makes again by itself: they need not move, and remember the old place.</summary>
    /// <param name="found">The system.</param>
    public static IReadOnlyList<string> CachesOf(CmsFound found) =>
        [.. CmsRecipes.Of(found.Kind).SelectMany(static r => r.Caches).Distinct(StringComparer.Ordinal).Select(c => Under(found.Root, c))];

    private static async Task<List<SitePath>> ConfigurationsAsync(ISiteTree tree, CmsRecipe recipe, string root, HashSet<string> all, CancellationToken token)
    {
        List<SitePath> there = [];
        foreach (var configuration in recipe.Configurations)
        {
            foreach (var path in Matching(root, configuration.Pattern, all))
            {
                if (await tree.ReadAsync(path, PhpFile.LongestBytes, token) is { } bytes && Says(bytes, configuration))
                    there.Add(path);
            }

            if (there.Count > 0 && recipe.Kind == CmsKind.WordPress)
                break;
        }

        return there;
    }

    private static bool Says(byte[] bytes, CmsConfiguration configuration)
    {
        var settings = PhpSettings.Of(PhpFile.Parse(bytes));
        return configuration.Fields.Any(f => settings.Find(f.Key) is not null) || (settings.Included.Count > 0 && !configuration.Pattern.Contains('*', StringComparison.Ordinal));
    }

    internal static CmsConfiguration? ConfigurationOf(CmsFound found, SitePath path) =>
        CmsRecipes.Of(found.Kind).SelectMany(static r => r.Configurations).FirstOrDefault(c => Matching(found.Root, c.Pattern, [path.Bytes]).Any());

    private static IEnumerable<SitePath> Matching(string root, string pattern, IEnumerable<string> all)
    {
        if (pattern.StartsWith("../", StringComparison.Ordinal))
        {
            if (root.Length == 0)
                return [];
            (root, pattern) = (SitePath.OfBytes(root).Folder, pattern[3..]);
        }

        var full = Under(root, pattern);
        var star = full.IndexOf('*', StringComparison.Ordinal);
        return star < 0
            ? all.Where(f => f == full).Select(SitePath.OfBytes)
            : all.Where(f => f.Length >= full.Length && f.StartsWith(full[..star], StringComparison.Ordinal) && f.EndsWith(full[(star + 1)..], StringComparison.Ordinal)
                && !f[star..^(full.Length - star - 1)].Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(SitePath.OfBytes);
    }

    private static string? RootOf(string file, string marker) =>
        file == marker ? "" : file.EndsWith("/" + marker, StringComparison.Ordinal) ? file[..^(marker.Length + 1)] : null;

    internal static string Under(string root, string path) => root.Length == 0 ? path : root + "/" + path;
}

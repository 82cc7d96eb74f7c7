using Cassiopea.Sites.Apache;
using Cassiopea.Sites.Cms;
using Cassiopea.Sites.Php;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Configuration;

/// <summary>What a step asks for.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<ConfigurationStepKind>))]
public enum ConfigurationStepKind
{
    /// <summary>Delete a file, or what is in a folder: it remembers the old place.</summary>
    DeleteCache,

    /// <summary>The web server must be able to write there.</summary>
    MakeWritable,

    /// <summary>A person must change a file: it was not safe to do it for them.</summary>
    ByHand,
}

/// <summary>One thing to do at the target besides writing the configurations.</summary>
/// <param name="Kind">What.</param>
/// <param name="Path">Where.</param>
/// <param name="Text">In English; no value.</param>
public sealed record ConfigurationStep(ConfigurationStepKind Kind, SitePath Path, string Text);

/// <summary>All that the move changes in the files of a site.</summary>
/// <param name="Files">Configurations for the new place.</param>
/// <param name="Steps">What else is to be done.</param>
public sealed record ConfigurationPlan(IReadOnlyList<RewrittenConfiguration> Files, IReadOnlyList<ConfigurationStep> Steps)
{
    /// <summary>A <c>.htaccess</c> that refuses the folder of the kept originals.</summary>
    public static (SitePath File, byte[] Content) Refusal => (SitePath.OfBytes(KeptOriginal.FolderName + "/.htaccess"), KeptOriginal.Refusal);

    /// <summary>Lists a site, finds its systems and writes the plan; nothing is changed.</summary>
    /// <param name="tree">The site, at either end.</param>
    /// <param name="wish">What is new.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<ConfigurationPlan> MakeAsync(ISiteTree tree, ConfigurationWish wish, CancellationToken token)
    {
        Survey.SiteListing listing = new();
        await foreach (var entry in tree.ListAsync(token))
            listing.Add(entry);
        return await MakeAsync(tree, await CmsScan.RunAsync(tree, listing.Paths, token), [.. listing.Paths], wish, token);
    }

    /// <summary>Reads a site and writes the plan; nothing is changed.</summary>
    /// <param name="tree">The site, at either end.</param>
    /// <param name="systems">Those that were found in it.</param>
    /// <param name="paths">Its files.</param>
    /// <param name="wish">What is new.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<ConfigurationPlan> MakeAsync(
        ISiteTree tree, IReadOnlyList<CmsFound> systems, IReadOnlyCollection<SitePath> paths, ConfigurationWish wish, CancellationToken token)
    {
        Dictionary<SitePath, RewrittenConfiguration> files = [];
        List<ConfigurationStep> steps = [];
        foreach (var system in systems)
        {
            var all = system.Configurations.ToHashSet();
            foreach (var credentials in await ConfigurationReader.ReadAsync(tree, system, token))
                all.Add(credentials.File);
            foreach (var file in all.Order(SitePath.InOrder))
                await PhpAsync(tree, system, file, wish, files, steps, token);
            steps.AddRange(OfSystem(system, paths));
        }

        foreach (var path in paths.Where(static p => p.Name == ".htaccess" && !KeptOriginal.Is(p)))
        {
            if (await tree.ReadAsync(path, PhpFile.LongestBytes, token) is { } bytes && HtaccessRewriter.Rewrite(path, bytes, wish) is { } rewritten)
                files.TryAdd(path, rewritten);
        }

        return new ConfigurationPlan([.. files.Values], steps);
    }

    private static async Task PhpAsync(
        ISiteTree tree, CmsFound system, SitePath file, ConfigurationWish wish, Dictionary<SitePath, RewrittenConfiguration> files, List<ConfigurationStep> steps, CancellationToken token)
    {
        if (files.ContainsKey(file) || await tree.ReadAsync(file, PhpFile.LongestBytes, token) is not { } bytes)
            return;
        try
        {
            if (ConfigurationRewriter.Rewrite(system.Kind, system.Root, file, bytes, wish) is { } rewritten)
                files.Add(file, rewritten);
        }
        catch (ConfigurationException refused)
        {
            steps.Add(new ConfigurationStep(ConfigurationStepKind.ByHand, file, refused.Message));
        }
    }

    private static IEnumerable<ConfigurationStep> OfSystem(CmsFound system, IReadOnlyCollection<SitePath> paths)
    {
        var recipes = CmsRecipes.Of(system.Kind).Where(r => CmsScan.Under(system.Root, r.VersionFile) == system.VersionFile.Bytes).ToList();
        foreach (var cache in recipes.SelectMany(static r => r.Caches).Distinct(StringComparer.Ordinal).Select(c => CmsScan.Under(system.Root, c)))
        {
            if (paths.Any(p => p.Bytes == cache || p.Bytes.StartsWith(cache + "/", StringComparison.Ordinal)))
                yield return new ConfigurationStep(ConfigurationStepKind.DeleteCache, SitePath.OfBytes(cache), "It remembers the old place; the system makes it again.");
        }

        foreach (var folder in recipes.SelectMany(static r => r.Writable).Distinct(StringComparer.Ordinal).Select(w => CmsScan.Under(system.Root, w)))
        {
            if (paths.Any(p => p.Bytes.StartsWith(folder + "/", StringComparison.Ordinal)))
                yield return new ConfigurationStep(ConfigurationStepKind.MakeWritable, SitePath.OfBytes(folder), "The system writes there.");
        }
    }
}

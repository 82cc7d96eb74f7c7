namespace Cassiopea.Architecture.Tests;

/// <summary>The repository as files: everything that is kept under version control, nothing that is built.</summary>
internal static class Tree
{
    private static readonly string[] Built = [".git", "artifacts", "bin", "obj", "node_modules", "TestResults", ".vs", ".idea", "BenchmarkDotNet.Artifacts"];
    private static readonly string[] Binary = [".png", ".jpg", ".ico", ".pdf", ".gz", ".zip", ".eml", ".bin", ".woff2"];

    public static string Root { get; } = FindRoot();

    /// <summary>Paths from the root, with '/'.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> TextFiles => Files.Where(f => !Binary.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase));

    public static IEnumerable<string> Sources(string under, params string[] extensions) =>
        Files.Where(f => f.StartsWith(under, StringComparison.Ordinal) && extensions.Contains(Path.GetExtension(f)));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static bool Exists(string path) => File.Exists(Path.Combine(Root, path)) || Directory.Exists(Path.Combine(Root, path));

    /// <summary>The project folder under src or tests that holds the file, for example <c>Cassiopea.Mail</c>; empty elsewhere.</summary>
    public static string ProjectOf(string file) => file.Split('/') is ["src" or "tests", var project, _, ..] ? project : "";

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f) != ".git"))
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        foreach (var child in Directory.EnumerateDirectories(folder).Where(d => !Built.Contains(Path.GetFileName(d))))
        {
            foreach (var file in Walk(child))
                yield return file;
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cassiopea.Aspire.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("Run these tests from inside the repository: Cassiopea.Aspire.sln was not found above the test program.");
    }
}

namespace Cassiopea.Lab.Servers;

/// <summary>Finds programs of Debian packages that live in a folder per version.</summary>
public static class DebianProgram
{
    /// <summary>
    /// The program of the highest version: <c>Highest("/usr/lib/postgresql", "", "bin/postgres")</c> looks at
    /// <c>/usr/lib/postgresql/VERSION/bin/postgres</c>. Throws when there is none, naming the package to install.
    /// </summary>
    public static string Highest(string folder, string prefix, string program, string package) =>
        (Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, prefix + "*") : [])
            .Select(path => (Path: Path.Combine(path, program), Version: Parse(Path.GetFileName(path)[prefix.Length..])))
            .Where(found => found.Version is not null && File.Exists(found.Path))
            .OrderByDescending(found => found.Version)
            .Select(found => found.Path)
            .FirstOrDefault() ?? throw new FileNotFoundException($"Not installed: apt-get install -y --no-install-recommends {package}");

    private static Version? Parse(string text) =>
        Version.TryParse(text.Contains('.', StringComparison.Ordinal) ? text : text + ".0", out var version) ? version : null;
}

using Cassiopea.Sites.Tree;

namespace Cassiopea.Cli.Sites;

/// <summary>Writes what a command made, under a folder; a configuration is readable by its owner only.</summary>
internal static class LocalFiles
{
    public static void Write(string folder, SitePath file, byte[] content)
    {
        using MemoryStream stream = new(content);
        Write(folder, file, stream);
    }

    public static void Write(string folder, SitePath file, Stream content)
    {
        var path = Path.GetFullPath(Path.Combine(folder, file.ToString()));
        if (!path.StartsWith(Path.GetFullPath(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new UsageException($"{file} would be written outside of {folder}.");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Access = FileAccess.Write, Mode = FileMode.Create };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using FileStream to = new(path, options);
        content.CopyTo(to);
    }
}

namespace Aspire.Hosting.Local;

/// <summary>Files that hold a secret: mode 600 from the moment they exist, complete from the moment they have their name.</summary>
internal static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="IOException">The file exists.</exception>
    public static void Create(string path, string content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        using var writer = new StreamWriter(file);
        writer.Write(content);
        writer.Flush();
        file.Flush(flushToDisk: true);
    }

    public static void Replace(string path, string content)
    {
        var unfinished = path + ".new";
        File.Delete(unfinished);
        Create(unfinished, content);
        File.Move(unfinished, path, overwrite: true);
    }

    /// <exception cref="DistributedApplicationException">Others may read the file.</exception>
    public static string Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
            throw new DistributedApplicationException($"{path} holds a secret and others may read it: chmod 600 it, and change the secret if somebody did.");
        return File.ReadAllText(path);
    }
}

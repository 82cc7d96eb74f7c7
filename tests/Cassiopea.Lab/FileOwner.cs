using System.Runtime.InteropServices;

namespace Cassiopea.Lab;

/// <summary>Gives files to another user.</summary>
internal static partial class FileOwner
{
    /// <summary>Changes user and group of a file, or of a folder with all that is in it.</summary>
    public static void Change(string path, int user)
    {
        Set(path, user);
        if (Directory.Exists(path))
            foreach (var inner in Directory.EnumerateFileSystemEntries(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
                Set(inner, user);
    }

    private static void Set(string path, int user)
    {
        if (Lchown(path, user, user) != 0)
            throw new IOException($"chown {path}: errno {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Lchown(string path, int user, int group);
}

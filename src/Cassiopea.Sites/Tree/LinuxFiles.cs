using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Cassiopea.Sites.Tree;

/// <summary>The C library's calls that take names as bytes; paths here are one byte per char.</summary>
internal static class LinuxFiles
{
    private const int AtCurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int NotFound = 2;
    private const int EntryName = 19;

    public static List<string> Names(string folder)
    {
        var stream = opendir(Bytes(folder));
        if (stream == 0)
            throw Failed(folder);
        List<string> names = [];
        try
        {
            for (var entry = readdir(stream); entry != 0; entry = readdir(stream))
            {
                var name = Text(entry + EntryName);
                if (name is not ("." or ".."))
                    names.Add(name);
            }
        }
        finally
        {
            _ = closedir(stream);
        }

        return names;
    }

    /// <summary>statx(2): its result looks the same on every architecture.</summary>
    public static SiteEntry Look(string path, SitePath listed)
    {
        var facts = new byte[256];
        if (statx(AtCurrentFolder, Bytes(path), NoFollow, BasicStats, facts) != 0)
            return new SiteEntry(listed, SiteEntryKind.Other, 0, null);
        var kind = (BinaryPrimitives.ReadUInt16LittleEndian(facts.AsSpan(28)) & 0xf000) switch
        {
            0x8000 => SiteEntryKind.File,
            0x4000 => SiteEntryKind.Folder,
            0xa000 => SiteEntryKind.Link,
            _ => SiteEntryKind.Other,
        };
        var bytes = kind == SiteEntryKind.File ? BinaryPrimitives.ReadInt64LittleEndian(facts.AsSpan(40)) : 0;
        return new SiteEntry(listed, kind, bytes, DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64LittleEndian(facts.AsSpan(112))));
    }

    public static SafeFileHandle Open(string path)
    {
        var descriptor = open(Bytes(path), ReadOnlyCloseOnExec, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failed(path);
    }

    private static IOException Failed(string path)
    {
        var shown = SitePath.OfBytes(path).ToString();
        return Marshal.GetLastPInvokeError() == NotFound
            ? new FileNotFoundException("Not there: " + shown, shown)
            : new IOException($"{shown}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static byte[] Bytes(string path) => Encoding.Latin1.GetBytes(path + "\0");

    private static string Text(nint at)
    {
        var length = 0;
        while (Marshal.ReadByte(at, length) != 0)
            length++;
        var bytes = new byte[length];
        Marshal.Copy(at, bytes, 0, length);
        return Encoding.Latin1.GetString(bytes);
    }

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint opendir(byte[] name);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint readdir(nint folder);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int closedir(nint folder);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, byte[] path, int flags, uint mask, byte[] facts);

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open(byte[] path, int flags, int mode);
}

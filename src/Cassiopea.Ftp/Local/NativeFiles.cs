using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cassiopea.Ftp.Local;

/// <summary>What <c>statx</c> says of a file.</summary>
internal readonly record struct NativeStat(int Mode, long Size, long Modified)
{
    public SiteEntryKind Kind => (Mode & 0xF000) switch
    {
        0x4000 => SiteEntryKind.Directory,
        0xA000 => SiteEntryKind.Link,
        0x8000 => SiteEntryKind.File,
        _ => SiteEntryKind.Special,
    };
}

/// <summary>
/// Files by names of bytes: the runtime's own file calls take text, and a Latin-1 name is none. <c>statx</c> and <c>dirent</c> have one layout on all
/// 64-bit Linux machines.
/// </summary>
internal static unsafe partial class NativeFiles
{
    public const int NotFound = 2;
    public const int Exists = 17;
    private const int AtWorkingDirectory = -100;
    private const int NoFollow = 0x100;
    private const int CloseOnExec = 0x80000;

    public static SafeFileHandle Open(byte[] path, bool write, bool truncate)
    {
        var flags = CloseOnExec | (write ? 1 | 0x40 | (truncate ? 0x200 : 0) : 0);
        var descriptor = open(Zero(path), flags, 0x1A4);
        if (descriptor < 0) throw Failure("open");
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    public static List<byte[]> List(byte[] path)
    {
        var directory = opendir(Zero(path));
        if (directory == 0) throw Failure("opendir");
        try
        {
            var names = new List<byte[]>();
            while (true)
            {
                Marshal.SetLastSystemError(0);
                var entry = readdir(directory);
                if (entry == 0)
                {
                    return Marshal.GetLastSystemError() == 0 ? names : throw Failure("readdir");
                }

                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)entry + 19);
                if (name is not ([(byte)'.'] or [(byte)'.', (byte)'.'])) names.Add(name.ToArray());
            }
        }
        finally
        {
            _ = closedir(directory);
        }
    }

    public static NativeStat? Stat(byte[] path, bool follow)
    {
        var buffer = stackalloc byte[256];
        if (statx(AtWorkingDirectory, Zero(path), follow ? 0 : NoFollow, 0x7FF, buffer) != 0)
            return Marshal.GetLastPInvokeError() is NotFound or 20 or 40 ? null : throw Failure("statx");
        return new(*(ushort*)(buffer + 28), *(long*)(buffer + 40), *(long*)(buffer + 112));
    }

    public static byte[] ReadLink(byte[] path)
    {
        var buffer = new byte[4096];
        var length = readlink(Zero(path), buffer, buffer.Length);
        return length < 0 ? throw Failure("readlink") : buffer[..(int)length];
    }

    public static void MakeDirectory(byte[] path) => Check(mkdir(Zero(path), 0x1ED), "mkdir");

    public static void RemoveFile(byte[] path) => Check(unlink(Zero(path)), "unlink");

    public static void RemoveDirectory(byte[] path) => Check(rmdir(Zero(path)), "rmdir");

    public static void Rename(byte[] from, byte[] to) => Check(rename(Zero(from), Zero(to)), "rename");

    public static void Mode(byte[] path, int mode) => Check(chmod(Zero(path), mode), "chmod");

    public static void Link(byte[] path, byte[] target) => Check(symlink(Zero(target), Zero(path)), "symlink");

    public static void Times(byte[] path, long modified)
    {
        var times = stackalloc long[4] { modified, 0, modified, 0 };
        Check(utimensat(AtWorkingDirectory, Zero(path), times, 0), "utimensat");
    }

    private static byte[] Zero(byte[] path) => path.AsSpan().Contains((byte)0) ? throw new NativeException(22, "A name with a NUL") : [.. path, 0];

    private static void Check(int result, string call)
    {
        if (result != 0) throw Failure(call);
    }

    private static NativeException Failure(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        return new(error, $"{call}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

#pragma warning disable IDE1006, SYSLIB1054 // names of libc
    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte[] path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint opendir(byte[] path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readdir(nint directory);

    [LibraryImport("libc")]
    private static partial int closedir(nint directory);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int directory, byte[] path, int flags, uint mask, byte* buffer);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readlink(byte[] path, byte[] buffer, nint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdir(byte[] path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlink(byte[] path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int rmdir(byte[] path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int rename(byte[] from, byte[] to);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int chmod(byte[] path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int symlink(byte[] target, byte[] path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int utimensat(int directory, byte[] path, long* times, int flags);
#pragma warning restore IDE1006, SYSLIB1054
}

/// <summary>What the operating system refused.</summary>
internal sealed class NativeException(int error, string text) : IOException(text)
{
    public int Error { get; } = error;
}

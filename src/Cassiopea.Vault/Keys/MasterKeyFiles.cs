using System.Globalization;
using System.Security.Cryptography;

namespace Cassiopea.Vault.Keys;

/// <summary>
/// The versions of the master key as files <c>PATH.VERSION</c> of 32 raw bytes and mode 600 or 400. A file that others may read is refused: whoever
/// may have read it may have copied it.
/// </summary>
internal sealed class MasterKeyFiles(string path)
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The file of a version.</summary>
    public string PathOf(int version) => string.Create(CultureInfo.InvariantCulture, $"{path}.{version}");

    /// <summary>The versions that have a file, rising.</summary>
    public IReadOnlyList<int> Versions()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) return [];
        var prefix = Path.GetFileName(path) + ".";
        return [.. Directory.EnumerateFiles(folder, prefix + "*")
            .Select(file => int.TryParse(Path.GetFileName(file)[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Where(version => version > 0)
            .Order()];
    }

    /// <summary>Makes a new key and writes it through to the disk. A file that a crash left behind before its version counted is replaced.</summary>
    public void Create(int version)
    {
        var file = PathOf(version);
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        var unfinished = file + ".new";
        Destroy(unfinished);
        Span<byte> key = stackalloc byte[Envelope.KeyBytes];
        RandomNumberGenerator.Fill(key);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Owner, BufferSize = 0 };
        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(key);
            stream.Flush(flushToDisk: true);
        }

        CryptographicOperations.ZeroMemory(key);
        File.Move(unfinished, file, overwrite: true);
        Folders.Flush(folder); // the database will say that this version counts: its file must survive a power cut
    }

    /// <summary>Reads a version into <paramref name="key"/>.</summary>
    /// <exception cref="MasterKeyException">The file is missing, may be read by others, or is not 32 bytes long.</exception>
    public void Read(int version, Span<byte> key)
    {
        var file = PathOf(version);
        if (!File.Exists(file))
            throw new MasterKeyException($"{file} is missing: without this version of the master key the credentials under it cannot be read. Put the file back from its safe place.");
        var mode = File.GetUnixFileMode(file);
        if ((mode & ~Owner) != UnixFileMode.None)
            throw new MasterKeyException($"{file} may be read by others ({Octal(mode)}): find out who could, then chmod 600 and rotate the master key.");
        using var stream = new FileStream(file, new FileStreamOptions { BufferSize = 0 });
        if (stream.Length != Envelope.KeyBytes)
            throw new MasterKeyException($"{file} is not a master key: it must hold {Envelope.KeyBytes} bytes.");
        stream.ReadExactly(key);
    }

    /// <summary>Overwrites and deletes a version; nothing happens when it is gone.</summary>
    public void Destroy(int version) => Destroy(PathOf(version));

    private static void Destroy(string file)
    {
        if (!File.Exists(file)) return;
        if ((File.GetUnixFileMode(file) & UnixFileMode.UserWrite) == UnixFileMode.None) File.SetUnixFileMode(file, Owner);
        using (var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Write, BufferSize = 0 }))
        {
            stream.Write(RandomNumberGenerator.GetBytes((int)Math.Min(stream.Length, 4096)));
            stream.Flush(flushToDisk: true);
        }

        File.Delete(file);
    }

    private static string Octal(UnixFileMode mode) => Convert.ToString((int)mode, 8).PadLeft(4, '0');
}

/// <summary>The vault cannot work with its master key files as they are; the text says what to do and holds no key.</summary>
internal sealed class MasterKeyException(string message) : Exception(message);

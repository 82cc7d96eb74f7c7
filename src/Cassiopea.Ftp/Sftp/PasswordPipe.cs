using System.Runtime.InteropServices;
using System.Text;

namespace Cassiopea.Ftp.Sftp;

/// <summary>
/// Tells a password to the program that ssh asks for it: through a named pipe in a folder that only we can enter. Nothing of it is written to a disk, to
/// an argument or to an environment; it is gone when this is disposed.
/// </summary>
internal sealed partial class PasswordPipe : IDisposable
{
    // ssh asks once per method (password, keyboard-interactive); each question takes one line
    private const int Answers = 8;
    private readonly FileStream _pipe;
    private readonly string _path;

    private PasswordPipe(string program, string path, FileStream pipe) => (Program, _path, _pipe) = (program, path, pipe);

    /// <summary>What SSH_ASKPASS is to be.</summary>
    public string Program { get; }

    /// <summary>Makes the pipe and the program that reads it.</summary>
    /// <param name="folder">Only we may enter it.</param>
    /// <param name="password">One line.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<PasswordPipe> CreateAsync(string folder, string password, CancellationToken token)
    {
        var (program, path) = (Path.Combine(folder, "askpass"), Path.Combine(folder, "answer"));
        await File.WriteAllTextAsync(program, "#!/bin/sh\nIFS= read -r answer < \"${0%/*}/answer\" && printf '%s\\n' \"$answer\"\n", token);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (mkfifo([.. Encoding.UTF8.GetBytes(path), 0], 0x180) != 0) throw new IOException($"No named pipe can be made in {folder}: error {Marshal.GetLastPInvokeError()}.");

        // opened for both, it waits for no reader
        var pipe = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        try
        {
            var line = Encoding.UTF8.GetBytes(password + "\n");
            for (var i = 0; i < Answers; i++) await pipe.WriteAsync(line, token);
            return new(program, path, pipe);
        }
        catch
        {
            await pipe.DisposeAsync();
            throw;
        }
    }

    public void Dispose()
    {
        _pipe.Dispose();
        File.Delete(_path);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkfifo(byte[] path, uint mode);
}

namespace Aspire.Hosting.Local;

/// <summary>The lines of one resource on disk, mode 600: two files of at most ten megabytes, the older one ends in <c>.1</c>.</summary>
internal sealed class LogFile(string path) : IDisposable
{
    private const long MaxBytes = 10_000_000;

    private readonly Lock _lock = new();
    private StreamWriter? _writer;
    private bool _closed;

    /// <summary>A line that comes after the end of the host is dropped.</summary>
    public void Write(LogLine line)
    {
        lock (_lock)
        {
            if (_closed)
                return;
            _writer ??= Open();
            _writer.WriteLine($"{line.Stamped[..19]}Z {line.Text}");
            _writer.Flush();
            if (_writer.BaseStream.Length <= MaxBytes)
                return;
            _writer.Dispose();
            _writer = null;
            File.Move(path, path + ".1", overwrite: true);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _writer?.Dispose();
        }
    }

    private StreamWriter Open()
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new StreamWriter(path, options);
    }
}

using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab;

/// <summary>Trees of files by the system's own programs: names are bytes and the engines have no part in it.</summary>
public static class FileTree
{
    /// <summary>One line per file, link and directory, sorted: kind, mode and time as asked, SHA-256, name; unprintable bytes as <c>cat -v</c> shows them.</summary>
    public static async Task<string> DescribeAsync(string root, CancellationToken token, bool modes = false, bool times = false)
    {
        var format = $"%y{(modes ? " %m" : "")}{(times ? " %Ts" : "")} %P\\0";
        return await ShellAsync(root, $"{{ find . -mindepth 1 ! -type d -printf '{format}'; find . -mindepth 1 -type d -printf 'd %P\\0'; find . -type f -print0 | xargs -0r sha256sum -z; }} | LC_ALL=C sort -z | tr '\\0' '\\n' | cat -v", token);
    }

    /// <summary>Runs a shell script in a folder.</summary>
    public static Task<string> ShellAsync(string folder, string script, CancellationToken token)
        => Tool.DemandAsync(new ChildProgram("/bin/bash", "-c", script) { WorkingDirectory = folder }, token);

    /// <summary>Many small files of 1 to 30 KB in directories, deterministic, and some big ones.</summary>
    public static void Fill(string root, int seed, int directories, int files, int bigFiles = 0, int bigSize = 0)
    {
        var random = new Random(seed);
        var buffer = new byte[Math.Max(30_000, bigSize)];
        var start = TimeProvider.System.GetUtcNow().UtcDateTime.AddYears(-3);
        for (var i = 0; i < files + bigFiles; i++)
        {
            var folder = Path.Combine(root, $"d{i % directories / 20}", $"e{i % directories}");
            LabRoot.MakeFolder(folder);
            var length = i < files ? random.Next(1_000, 30_000) : bigSize;
            random.NextBytes(buffer.AsSpan(0, length));
            var file = Path.Combine(folder, i < files ? $"file-{i}.bin" : $"big-{i}.bin");
            using (var stream = File.Create(file)) stream.Write(buffer, 0, length);
            File.SetLastWriteTimeUtc(file, start.AddMinutes(random.Next(1_000_000)));
        }
    }
}

using System.Diagnostics;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Sites.Tests;

/// <summary>Debian's PHP, run over files in a folder of its own.</summary>
internal static class PhpProgram
{
    /// <summary>What <c>php -l</c> says of each file that is not clean; empty when all are.</summary>
    public static string Lint(IEnumerable<(string Name, byte[] Content)> files)
    {
        var folder = Directory.CreateTempSubdirectory("cassiopea-lint-").FullName;
        try
        {
            var problems = "";
            foreach (var (name, content) in files)
            {
                var path = Path.Combine(folder, "x.php");
                File.WriteAllBytes(path, content);
                var (code, output) = Run("-d", "short_open_tag=1", "-d", "display_errors=1", "-d", "error_reporting=-1", "-l", path);
                if (code != 0 || !output.StartsWith("No syntax errors", StringComparison.Ordinal))
                    problems += $"{name}: {output}\n";
            }

            return problems;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static (int Code, string Output) Run(params string[] arguments)
    {
        using var php = Process.Start(new ProcessStartInfo("php", arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = php.StandardError.ReadToEndAsync();
        var output = php.StandardOutput.ReadToEnd();
        php.WaitForExit();
        return (php.ExitCode, output.TrimStart() + errors.Result);
    }

    /// <summary>PHP's own web server over a folder, until the answer is disposed.</summary>
    public static async Task<(Uri Address, IDisposable Server)> ServeAsync(string folder)
    {
        var port = FreePort.Next();
        var php = Process.Start(new ProcessStartInfo("php", ["-S", $"127.0.0.1:{port}", "-t", folder]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        php.OutputDataReceived += static (_, _) => { };
        php.ErrorDataReceived += static (_, _) => { };
        php.BeginOutputReadLine();
        php.BeginErrorReadLine();
        await Lab.Eventually.TrueAsync("PHP's web server", () =>
        {
            using System.Net.Sockets.TcpClient client = new();
            try
            {
                client.Connect("127.0.0.1", port);
                return true;
            }
            catch (System.Net.Sockets.SocketException) when (!php.HasExited)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(20));
        return (new Uri($"http://127.0.0.1:{port}/"), new Running(php));
    }

    private sealed class Running(Process process) : IDisposable
    {
        public void Dispose()
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
    }
}

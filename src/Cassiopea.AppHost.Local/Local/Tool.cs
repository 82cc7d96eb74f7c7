using System.Diagnostics;

namespace Aspire.Hosting.Local;

/// <summary>Runs a short command and waits for it.</summary>
internal static class Tool
{
    /// <exception cref="DistributedApplicationException">It ended with another code than 0; the message holds its output.</exception>
    public static async Task RunAsync(string program, IEnumerable<string> arguments, CancellationToken token)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(token);
        var errors = process.StandardError.ReadToEndAsync(token);
        try
        {
            await process.WaitForExitAsync(token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode != 0)
            throw new DistributedApplicationException($"{program} failed ({process.ExitCode}): {await output}{await errors}".Trim());
    }

    /// <summary>The full path of a program, looked up in PATH when it is a bare name.</summary>
    /// <exception cref="DistributedApplicationException">There is no such program.</exception>
    public static string Find(string program, string workingDirectory)
    {
        var candidates = program.Contains('/')
            ? [Path.GetFullPath(program, workingDirectory)]
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program));
        return candidates.FirstOrDefault(IsExecutable)
            ?? throw new DistributedApplicationException($"There is no program '{program}' to start.");
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != UnixFileMode.None);
}

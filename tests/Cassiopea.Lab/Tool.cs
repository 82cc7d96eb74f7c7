using System.Text;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab;

/// <summary>Programs that run to their end.</summary>
public static class Tool
{
    /// <summary>Runs a program and returns its exit code and all that it wrote; a cancelled token ends it.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(ChildProgram program, CancellationToken token)
    {
        var output = new StringBuilder();
        await using var child = await ChildProcess.StartAsync(program with
        {
            OnLine = line =>
            {
                lock (output)
                    output.Append(line).Append('\n');
                program.OnLine?.Invoke(line);
            },
        });
        await child.WaitForExitAsync(token);
        lock (output)
            return (child.ExitCode, output.ToString());
    }

    /// <summary>Runs a program and returns all that it wrote; throws when it ends with anything but 0.</summary>
    public static async Task<string> DemandAsync(ChildProgram program, CancellationToken token)
    {
        var (code, output) = await RunAsync(program, token);
        return code == 0 ? output : throw new InvalidOperationException($"{program.FileName} {string.Join(' ', program.Arguments)} ended with {code}: {output}");
    }
}

using System.Globalization;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Benchmarks;

/// <summary>What a program cost.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Seconds">Wall clock, from start to end.</param>
/// <param name="CpuSeconds">User and system time of the process itself, to 10 ms.</param>
/// <param name="PeakBytes">Highest resident set (VmHWM).</param>
/// <param name="Tail">Its last words.</param>
internal sealed record ProcessCost(int ExitCode, double Seconds, double CpuSeconds, long PeakBytes, string Tail);

/// <summary>Runs a program and reads /proc until it ends.</summary>
internal static class ProcessMeter
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4);

    public static async Task<ProcessCost> RunAsync(ChildProgram program, CancellationToken token)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var child = await ChildProcess.StartAsync(program);
        var (cpu, peak) = (0.0, 0L);
        var ended = child.WaitForExitAsync(token);
        while (!ended.IsCompleted)
        {
            peak = Math.Max(peak, Peak(child.Id));
            cpu = Math.Max(cpu, Cpu(child.Id));
            await Task.WhenAny(ended, Task.Delay(Pause, TimeProvider.System, CancellationToken.None));
        }

        await ended;
        return new ProcessCost(child.ExitCode, TimeProvider.System.GetElapsedTime(started).TotalSeconds, cpu, peak, child.Tail);
    }

    private static long Peak(int pid)
    {
        var line = Lines(pid, "status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }

    private static double Cpu(int pid)
    {
        var stat = Lines(pid, "stat").FirstOrDefault();
        var fields = stat?[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields is null ? 0 : (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    }

    private static string[] Lines(int pid, string file)
    {
        try
        {
            return File.ReadAllLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}"));
        }
        catch (IOException)
        {
            return [];
        }
    }
}

using System.Globalization;
using Cassiopea.Transfer;

namespace Cassiopea.Cli;

/// <summary>Writes a report where it was asked for, and answers the exit code that belongs to it.</summary>
internal static class ReportOutput
{
    public static async Task<int> WriteAsync(CommandLine line, TransferReport report)
    {
        if (line.Value("--report") is { } file) await File.WriteAllTextAsync(file, report.ToJson() + "\n", CancellationToken.None);
        if (line.Has("--json")) Console.WriteLine(report.ToJson());
        else if (!line.Has("--quiet")) Summary(report);
        if (line.Has("--quiet") && report.Failure is { } failure) await Console.Error.WriteLineAsync(failure.Text);
        return Code(report);
    }

    public static int Code(TransferReport report) => report.Outcome switch
    {
        TransferOutcome.Complete => ExitCode.Complete,
        TransferOutcome.Exceptions => ExitCode.Exceptions,
        TransferOutcome.Stopped when report.Failure?.Code == TransferCode.AuthenticationFailed => ExitCode.Authentication,
        TransferOutcome.Stopped => ExitCode.Refused,
        TransferOutcome.Interrupted => ExitCode.Interrupted,
        TransferOutcome.Different => ExitCode.Different,
        _ => ExitCode.Failed,
    };

    private static void Summary(TransferReport report)
    {
        const int shown = 20;
        var counts = report.Counts;
        Say($"{report.Engine}: {Outcome(report)}");
        Say($"  {counts.Source} at the source = {counts.Copied} copied + {counts.AlreadyThere} already there + {counts.Refused} refused + {counts.Excluded} excluded + {counts.Remaining} remaining");
        if (counts.Altered + counts.DeletedAtSource > 0) Say($"  {counts.Altered} altered, {counts.DeletedAtSource} deleted at the source since");
        Say($"  {Size(report.Bytes)} in {report.Seconds:0.00} s ({Size(report.Bytes / Math.Max(0.001, report.Seconds))}/s), {report.RoundTrips} round trips");
        if (report.Prediction is { } foretold)
            Say($"  a dry run foretold {foretold.Items} items, {Size(foretold.Bytes)}, {foretold.SecondsAtLeast:0.##} to {foretold.SecondsAtMost:0.##} s, {foretold.Refused} refused");
        foreach (var exception in report.Exceptions.Take(shown)) Say($"  ! {exception.Item}: {exception.Text} {exception.Action}");
        if (report.Exceptions.Count > shown) Say($"  ! and {report.Exceptions.Count - shown} more: see --report");
        if (report.Failure is { } failure) Say($"  {failure.Side} {failure.Code}: {failure.Text}");
    }

    private static string Outcome(TransferReport report) => report.Outcome switch
    {
        TransferOutcome.Complete => "complete and equal",
        TransferOutcome.Exceptions => "ran to the end with exceptions",
        TransferOutcome.Stopped => "stopped by a refusal",
        TransferOutcome.Interrupted => "interrupted; run again to resume",
        TransferOutcome.Different => "the ends differ",
        _ => "failed: a defect of ours",
    };

    internal static string Size(double bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var unit = 0;
        for (; bytes >= 1000 && unit < units.Length - 1; unit++) bytes /= 1000;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.##} {units[unit]}");
    }

    private static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}

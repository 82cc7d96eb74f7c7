using System.Diagnostics;
using Cassiopea.Transfer;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Cli.Zone;

/// <summary>Makes the report of a zone command and measures its time.</summary>
internal sealed class ZoneReport(string engine, string source, string target)
{
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();

    /// <summary>The report: things are record sets, or changes of them.</summary>
    public TransferReport Make(TransferOutcome outcome, long all, long copied, IReadOnlyList<ReportException> exceptions, TransferFailure? failure = null)
    {
        using var self = Process.GetCurrentProcess();
        var there = outcome is TransferOutcome.Complete ? all - copied : 0;
        TransferCounts counts = new(all, copied, there, 0, 0, all - copied - there, 0, 0);
        var version = typeof(ZoneReport).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
        return new(engine, version, source, target, _startedAt, TimeProvider.System.GetUtcNow(), outcome, counts, 0, TimeProvider.System.GetElapsedTime(_start).TotalSeconds, 0, self.PeakWorkingSet64, exceptions, failure);
    }

    /// <summary>A failure as the end of a run.</summary>
    public TransferReport Stopped(TransferException failed, long all) => Make(
        failed.Kind switch
        {
            TransferFailureKind.Passing => TransferOutcome.Interrupted,
            TransferFailureKind.Refused => TransferOutcome.Stopped,
            _ => TransferOutcome.Failed,
        },
        all, 0, [], failed.Failure);

    public static IReadOnlyList<ReportException> Exceptions(IEnumerable<Finding> findings) =>
        [.. findings.Where(static finding => finding.Severity != Severity.Note).Select(static finding => new ReportException(
            finding.Subject, TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, $"{finding.Id}: {finding.Text}", finding.Severity == Severity.Blocking ? "Solve it before anything is changed." : "Look at it."))];
}

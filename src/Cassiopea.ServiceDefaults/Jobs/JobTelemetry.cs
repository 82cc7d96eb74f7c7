using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Cassiopea.ServiceDefaults;

/// <summary>Spans and instruments of jobs; docs/telemetry.md lists them.</summary>
internal static class JobTelemetry
{
    public static readonly UpDownCounter<long> Running =
        ServiceMeters.Meter.CreateUpDownCounter<long>("cassiopea.jobs.running", "{job}", "Jobs that run in this process.");

    public static readonly Counter<long> LeasesLost =
        ServiceMeters.Meter.CreateCounter<long>("cassiopea.jobs.leases_lost", "{job}", "Runs whose job another worker had taken.");

    private static readonly Histogram<double> Duration =
        ServiceMeters.Meter.CreateHistogram<double>("cassiopea.jobs.duration", "s", "Length of one run, by kind and by how it ended.");

    public static KeyValuePair<string, object?> Tag(JobRun run) => new("cassiopea.job.kind", run.Kind);

    /// <summary>Goes on in the trace of the command that asked for the job.</summary>
    public static Activity? Start(JobRun run)
    {
        var parent = ActivityContext.TryParse(run.Traceparent, null, isRemote: true, out var command) ? command : default;
        var activity = ServiceMeters.Source.StartActivity("job " + run.Kind, ActivityKind.Consumer, parent);
        activity?.SetTag("cassiopea.migration.id", run.MigrationId).SetTag("cassiopea.item.id", run.ItemId)
            .SetTag("cassiopea.job.pass", run.Pass).SetTag("cassiopea.job.attempt", run.Attempts);
        return activity;
    }

    public static void Ended(JobRun run, string ending, TimeSpan elapsed, Activity? activity)
    {
        Running.Add(-1, Tag(run));
        Duration.Record(elapsed.TotalSeconds, Tag(run), new("cassiopea.job.ending", ending));
        activity?.SetTag("cassiopea.job.ending", ending);
        if (ending is nameof(JobState.Failed) or "Lost") activity?.SetStatus(ActivityStatusCode.Error, ending);
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Cassiopea.ServiceDefaults;

/// <summary>Own instruments of inbox, outbox and jobs; docs/telemetry.md lists them.</summary>
internal static class ServiceMeters
{
    public const string Name = "Cassiopea.ServiceDefaults";

    public static readonly ActivitySource Source = new(Name);
    public static readonly Meter Meter = new(Name);
    private static double _oldestDueSeconds;

    public static readonly Counter<long> Duplicates =
        Meter.CreateCounter<long>("cassiopea.inbox.duplicates", "{message}", "Messages dropped because they were processed before.");

    public static readonly Counter<long> Sent =
        Meter.CreateCounter<long>("cassiopea.outbox.sent", "{message}", "Messages confirmed by the broker.");

    public static readonly Counter<long> DeadLetters =
        Meter.CreateCounter<long>("cassiopea.dead_letters", "{message}", "Messages that failed for good, by queue.");

    public static readonly Histogram<double> Lag =
        Meter.CreateHistogram<double>("cassiopea.outbox.lag", "s", "From due to sent.");

    private static readonly ObservableGauge<double> Oldest =
        Meter.CreateObservableGauge(
            "cassiopea.outbox.oldest", () => Volatile.Read(ref _oldestDueSeconds), "s", "Age of the oldest message that is due.");

    public static void OldestDue(TimeSpan age)
    {
        if (Oldest.Enabled) Volatile.Write(ref _oldestDueSeconds, age.TotalSeconds);
    }
}

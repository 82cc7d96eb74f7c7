using System.Diagnostics.Metrics;

namespace Cassiopea.Databases;

/// <summary>Instruments of the databases service; docs/telemetry.md lists them.</summary>
internal static class DatabasesMeters
{
    private static readonly Meter Meter = new("Cassiopea.Databases");

    private static readonly Counter<long> Rows = Meter.CreateCounter<long>("cassiopea.databases.transfer.rows", "{row}", "Rows copied.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("cassiopea.databases.transfer.bytes", "By", "Bytes of rows copied.");

    private static readonly Counter<long> Compared = Meter.CreateCounter<long>("cassiopea.databases.verify.rows", "{row}", "Rows compared by hash.");

    public static void Transferred(long rows, long bytes)
    {
        Rows.Add(rows);
        Bytes.Add(bytes);
    }

    public static void Verified(long rows) => Compared.Add(rows);
}

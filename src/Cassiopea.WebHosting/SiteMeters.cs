using System.Diagnostics.Metrics;

namespace Cassiopea.WebHosting;

/// <summary>Instruments of the web hosting service; docs/telemetry.md lists them.</summary>
internal static class SiteMeters
{
    private static readonly Meter Meter = new("Cassiopea.WebHosting");

    private static readonly Counter<long> Files = Meter.CreateCounter<long>("cassiopea.web_hosting.transfer.files", "{file}", "Files copied.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("cassiopea.web_hosting.transfer.bytes", "By", "Bytes of files copied.");

    private static readonly Counter<long> Compared = Meter.CreateCounter<long>("cassiopea.web_hosting.verify.files", "{file}", "Files compared by content.");

    public static void Transferred(long files, long bytes)
    {
        Files.Add(files);
        Bytes.Add(bytes);
    }

    public static void Verified(long files) => Compared.Add(files);
}

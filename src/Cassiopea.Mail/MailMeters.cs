using System.Diagnostics.Metrics;

namespace Cassiopea.Mail;

/// <summary>Instruments of the mail service; docs/telemetry.md lists them.</summary>
internal static class MailMeters
{
    private static readonly Meter Meter = new("Cassiopea.Mail");

    private static readonly Counter<long> Messages = Meter.CreateCounter<long>("cassiopea.mail.transfer.messages", "{message}", "Messages copied.");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("cassiopea.mail.transfer.bytes", "By", "Bytes of messages copied.");

    private static readonly Counter<long> Compared = Meter.CreateCounter<long>("cassiopea.mail.verify.messages", "{message}", "Messages compared by SHA-256.");

    public static void Transferred(long messages, long bytes)
    {
        Messages.Add(messages);
        Bytes.Add(bytes);
    }

    public static void Verified(long messages) => Compared.Add(messages);
}

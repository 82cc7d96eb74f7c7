namespace Cassiopea.Imap.Commands;

/// <summary>CAPABILITY, RFC 9051 §6.1.1: one round trip; the connection keeps the answer.</summary>
internal static class Capability
{
    public static async ValueTask CapabilityAsync(this ImapConnection connection, CancellationToken token) =>
        await connection.EndOkAsync(connection.BeginLine("CAPABILITY"), "CAPABILITY", null, token);
}

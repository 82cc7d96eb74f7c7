using Cassiopea.Transfer;

namespace Cassiopea.Imap.Commands;

/// <summary>LOGOUT, RFC 9051 §6.1.3.</summary>
internal static class Logout
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Says goodbye and closes without waiting: nothing that matters depends on the answer. Never inside a command: what is sent here would be
    /// taken for the rest of a literal.
    /// </summary>
    public static async ValueTask LogoutAsync(this ImapConnection connection)
    {
        if (connection.Closed) return;
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        connection.BeginLine("LOGOUT");
        try
        {
            await connection.FlushAsync(limit.Token);
        }
        catch (Exception gone) when (gone is TransferException or OperationCanceledException)
        {
            // The server was faster in closing, or does not listen any more.
        }
        finally
        {
            connection.Close();
        }
    }
}

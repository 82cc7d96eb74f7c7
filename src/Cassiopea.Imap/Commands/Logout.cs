using Cassiopea.Transfer;

namespace Cassiopea.Imap.Commands;

/// <summary>LOGOUT, RFC 9051 §6.1.3.</summary>
internal static class Logout
{
    /// <summary>Says goodbye and closes without waiting: nothing that matters depends on the answer.</summary>
    public static async ValueTask LogoutAsync(this ImapConnection connection, CancellationToken token)
    {
        if (connection.Closed) return;
        connection.BeginLine("LOGOUT");
        try
        {
            await connection.FlushAsync(token);
        }
        catch (TransferException)
        {
            // The server was faster in closing.
        }
        finally
        {
            connection.Close();
        }
    }
}

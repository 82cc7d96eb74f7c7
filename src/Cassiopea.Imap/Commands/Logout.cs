using Cassiopea.Transfer;

namespace Cassiopea.Imap.Commands;

/// <summary>LOGOUT, RFC 9051 §6.1.3.</summary>
internal static class Logout
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Says goodbye and closes without waiting: nothing that matters depends on the answer. Inside a command nothing is said, for it would be
    /// taken for the rest of a literal; such a connection is cut off.
    /// </summary>
    public static async ValueTask LogoutAsync(this ImapConnection connection, CancellationToken token)
    {
        if (!connection.BetweenCommands)
        {
            connection.Close();
            return;
        }

        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, token);
        connection.BeginLine("LOGOUT");
        try
        {
            await connection.FlushAsync(both.Token);
            connection.CloseAfterwards();
        }
        catch (Exception gone) when (gone is TransferException or OperationCanceledException)
        {
            connection.Close(); // the server was faster in closing, or does not listen any more
        }
    }
}

using Cassiopea.Imap.Stores;
using Cassiopea.Transfer;

namespace Cassiopea.Imap;

internal sealed partial class ImapConnection
{
    /// <summary>Time is kept by the store itself: looking through a large file before the first answer is no silence.</summary>
    private static readonly TimeSpan StoreIdle = TimeSpan.FromDays(1);

    private static async Task<ImapConnection> OpenStoredAsync(StoredMailbox stored, TransferSide side, ImapConnectionOptions options, CancellationToken token)
    {
        var session = await stored.OpenAsync(side, token);
        var connection = new ImapConnection(new(session.Stream, session, StoreIdle), side, options);
        try
        {
            await connection.GreetingAsync(token);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}

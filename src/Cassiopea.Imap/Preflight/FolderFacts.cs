using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Preflight;

/// <summary>Size and date of one message, and its number at a Gmail-like source; 0 elsewhere.</summary>
internal readonly record struct MessageFacts(uint Uid, long Size, InternalDate Date, ulong GmailId);

/// <summary>Reads size and date of every message of a folder: two round trips, no body. An old server may read each message for its size.</summary>
internal static class FolderFacts
{
    /// <summary>Answers UIDVALIDITY. Throws when the server does not let the folder be opened.</summary>
    public static async Task<uint> ReadAsync(ImapConnection connection, string folder, Action<MessageFacts> each, CancellationToken token)
    {
        var selected = await connection.ExamineAsync(folder, token);
        if (selected.Messages > 0)
        {
            await connection.FactsAsync("1:*", GmailPlan.Applies(connection) ? "INTERNALDATE RFC822.SIZE X-GM-MSGID" : "INTERNALDATE RFC822.SIZE",
                (in FetchItems items) => each(new(items.Uid, Math.Max(0, items.Size), InternalDate.Parse(items.InternalDate), items.GmailId)), token);
        }

        return selected.UidValidity;
    }
}

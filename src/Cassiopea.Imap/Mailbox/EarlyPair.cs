namespace Cassiopea.Imap.Mailbox;

/// <summary>A connection to each end, opened before it is known whether it is wanted; null where an end did not let us in.</summary>
internal sealed record EarlyPair(ImapConnection? Source, ImapConnection? Target)
{
    public static async Task<EarlyPair> OpenAsync(TransferRun run, CancellationToken token)
    {
        var (source, target) = (run.OpenSourceAsync(token), run.OpenTargetAsync(token));
        return new(await OrNullAsync(source, token), await OrNullAsync(target, token));
    }

    private static async Task<ImapConnection?> OrNullAsync(Task<ImapConnection> opening, CancellationToken token)
    {
        try
        {
            return await opening;
        }
        catch (Exception refused) when (refused is ImapException || (refused is OperationCanceledException && token.IsCancellationRequested))
        {
            return null; // the lane that wants it asks again, or leaves its work to the others
        }
    }
}

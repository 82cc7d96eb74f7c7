namespace Cassiopea.Imap.Mailbox;

/// <summary>One run from login to the last comparison, by whatever speaks to the servers.</summary>
internal interface IAttempt
{
    List<FolderWork> Folders { get; }

    Task RunAsync(CancellationToken token);

    /// <summary>Ends the connections and keeps what was done. Called once, whatever happened.</summary>
    ValueTask CloseAsync();
}

namespace Cassiopea.Imap.Journal;

/// <summary>Which message of a source became which at the target, as the journal of a finished copy tells.</summary>
/// <param name="TargetUidValidity">Of the target's folder.</param>
/// <param name="ByUid">Source UID → target UID.</param>
public sealed record CarriedUids(uint TargetUidValidity, IReadOnlyDictionary<uint, uint> ByUid)
{
    /// <summary>Reads it; null when the folder was never copied. No run may hold the journal.</summary>
    /// <param name="journalDirectory">The journal.</param>
    /// <param name="source">The old mailbox.</param>
    /// <param name="target">The new mailbox.</param>
    /// <param name="folder">The source folder's name.</param>
    /// <exception cref="Transfer.TransferException">The journal is held, or belongs to other accounts.</exception>
    public static CarriedUids? Read(string journalDirectory, ImapAccount source, ImapAccount target, string folder)
    {
        using var account = AccountJournal.Open(journalDirectory, Mailbox.MailboxTransfer.Key(source), Mailbox.MailboxTransfer.Key(target));
        if (account.Find(folder) is not { } entry) return null;
        using var journal = account.Open(entry);
        return new(journal.TargetValidity, journal.Entries.Where(static one => one.TargetUid != 0).ToDictionary(static one => one.Uid, static one => one.TargetUid));
    }
}

using Cassiopea.Imap.Journal;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;
using MailKit;

namespace Cassiopea.Imap.Driver.Kit;

/// <summary>
/// Copies one folder. The intent of a few messages is on the disk before the first of them is sent; after a loss only these are looked for, from
/// the target's UIDNEXT of then on, by hash.
/// </summary>
internal sealed class KitFolderCopy(TransferRun run, KitConnection source, KitConnection target, FolderWork folder)
{
    private const int MostMessages = 50;
    private const long MostBytes = 8 << 20;
    private readonly List<PostCheck> _sent = [];
    private IMailFolder _from = null!, _to = null!;

    public async Task RunAsync(CancellationToken token)
    {
        _from = await KitFolders.OpenAsync(source, folder.Map.Source.Name, FolderAccess.ReadOnly, token);
        _to = await KitFolders.OpenAsync(target, folder.Map.Target, FolderAccess.ReadWrite, token);
        folder.SourceStatus = folder.SourceStatus with { UidValidity = _from.UidValidity };
        (folder.TargetValidity, folder.TargetMessages, folder.Rules) = (_to.UidValidity, _to.Count, KitMessages.RulesOf(_to));
        folder.TargetNext = _to.UidNext?.Id ?? 1;
        var journal = folder.Journal ??= run.Journal.Open(folder.Entry);
        var all = await KitMessages.ListAsync(source, _from, token);
        await PrepareAsync(journal, all, token);
        journal.Flush();
        var waiting = Count(journal, all);
        await CarryFlagsAsync(journal, all, token);
        foreach (var message in waiting.Where(static message => message.Size > KitMessages.Largest).ToList())
        {
            waiting.Remove(message);
            Refuse(message.Uid, new(TransferSide.Us, TransferFailureKind.Refused, TransferCode.TooBig, $"The message has {message.Size} bytes; this driver takes {KitMessages.Largest}."), "Copy this mailbox with the engine, or keep this message in the local archive.");
        }

        for (var at = 0; at < waiting.Count;) at += await SendAsync(journal, waiting, at, token);
        await CheckAsync(token);
        await target.DoAsync(() => _to.StatusAsync(StatusItems.UidNext, token), token);
        folder.TargetNext = _to.UidNext?.Id ?? folder.TargetNext;
        folder.Finished = true;
    }

    private async Task PrepareAsync(FolderJournal journal, List<KitMessage> all, CancellationToken token)
    {
        if (journal.SourceValidity == 0)
        {
            if (folder.TargetMessages > 0) folder.Pool = await PoolAsync(all, token);
            journal.BeginGeneration(folder.SourceStatus.UidValidity, folder.TargetValidity);
        }
        else if (folder.TargetIsNew(journal))
        {
            if (folder.DeletedAtTarget)
            {
                journal.TargetRenewed(folder.TargetValidity);
                return;
            }

            folder.Pool = await PoolAsync(all, token);
            journal.BeginGeneration(folder.SourceStatus.UidValidity, folder.TargetValidity);
        }
        else
        {
            if (journal.Open.Count > 0) await RecoverAsync(journal, token);
            if (folder.SourceIsNew(journal)) FolderPreparation.SourceIsNew(run, folder);
        }
    }

    private async Task<MatchPool> PoolAsync(List<KitMessage> all, CancellationToken token)
    {
        var sizes = all.Select(static message => message.Size).ToHashSet();
        var there = await KitMessages.ListAsync(target, _to, token);
        var pool = new MatchPool();
        foreach (var message in await KitMessages.ScanAsync(target, _to, there.Where(message => sizes.Contains(message.Size)), token)) pool.Add(message.Hash, message.Uid, message.Date);
        return pool;
    }

    private async Task RecoverAsync(FolderJournal journal, CancellationToken token)
    {
        var open = journal.Open.OrderBy(static pair => pair.Key).ToList();
        var from = open.Min(static pair => pair.Value.TargetNext);
        var claimed = journal.Entries.Where(static entry => entry.TargetUid != 0).Select(static entry => entry.TargetUid).ToHashSet();
        var there = (await KitMessages.ListAsync(target, _to, token)).Where(message => message.Uid >= from && !claimed.Contains(message.Uid));
        var found = await KitMessages.ScanAsync(target, _to, there, token);
        foreach (var (uid, intent) in open)
        {
            var at = found.FindIndex(message => message.Hash.Equals(intent.Print.Hash) && message.Date.Seconds == intent.Print.Date.Seconds);
            if (at < 0) at = found.FindIndex(message => message.Hash.Equals(intent.Print.Hash));
            if (at < 0)
            {
                journal.Withdrawn(uid);
                continue;
            }

            journal.Done([(uid, found[at].Uid, false)]);
            found.RemoveAt(at);
            if (!folder.Counted) continue;
            (folder.Copied, folder.Bytes) = (folder.Copied + 1, folder.Bytes + intent.Print.Size);
            run.Arrived(1, intent.Print.Size);
        }
    }

    /// <summary>Takes the counts of the journal, once in a run, and answers what is still to be sent.</summary>
    private List<KitMessage> Count(FolderJournal journal, List<KitMessage> all)
    {
        var here = all.Select(static message => message.Uid).ToHashSet();
        folder.Gone = journal.Entries.Count(entry => IsDone(entry) && !here.Contains(entry.Uid));
        var waiting = all.Where(message => !(journal.TryFind(message.Uid, out var entry) && IsDone(entry))).ToList();
        var known = all.Count - waiting.Count;
        folder.Excluded = run.Options.OnlineSince is { } since ? waiting.RemoveAll(message => message.Date.IsBefore(since)) : 0;
        folder.Source = all.Count;
        folder.Refused = 0;
        if (folder.Counted) return waiting;
        folder.Counted = true;
        folder.AlreadyThere += known;
        run.Progress.Expect(all.Count - folder.SourceStatus.Messages - folder.Excluded, 0);
        run.Progress.AlreadyThere(known, 0);
        return waiting;
    }

    private static bool IsDone(in MessageEntry entry) => entry.State is EntryState.Done or EntryState.DoneUnchecked;

    /// <summary>Three-way: only what the source added or took away since the last time.</summary>
    private async Task CarryFlagsAsync(FolderJournal journal, List<KitMessage> all, CancellationToken token)
    {
        foreach (var message in all)
        {
            if (!journal.TryFind(message.Uid, out var entry) || !IsDone(entry) || entry.TargetUid == uint.MaxValue) continue;
            var (old, now) = (journal.FlagsOf(entry.Flags), message.Flags);
            if (string.Equals(old.Text, now.Text, StringComparison.Ordinal)) continue;
            if (entry.TargetUid == 0)
            {
                run.Except(folder, message.Uid, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, "The target does not tell which message is which, so a change of flags could not be carried over."), "Nothing: the message itself arrived.");
                continue;
            }

            await StoreAsync(entry.TargetUid, StoreAction.Add, now.Flags.Except(old.Flags, StringComparer.OrdinalIgnoreCase), token);
            await StoreAsync(entry.TargetUid, StoreAction.Remove, old.Flags.Except(now.Flags, StringComparer.OrdinalIgnoreCase), token);
            journal.Carried(message.Uid, now);
        }

        journal.Flush();
    }

    private async Task StoreAsync(uint uid, StoreAction action, IEnumerable<string> flags, CancellationToken token)
    {
        var wanted = FlagSet.Of(flags);
        var kept = folder.Rules.Keep(wanted);
        if (action == StoreAction.Add && kept.Flags.Count < wanted.Flags.Count) run.NotExpressed(folder, wanted, kept);
        if (kept.Flags.Count == 0) return;
        var (system, keywords) = KitMessages.Of(kept);
        await target.DoAsync(() => _to.StoreAsync(new UniqueId(uid), new StoreFlagsRequest(action, system, keywords) { Silent = true }, token), token);
    }

    /// <summary>Reads and sends some messages; answers how many were dealt with.</summary>
    private async Task<int> SendAsync(FolderJournal journal, List<KitMessage> waiting, int from, CancellationToken token)
    {
        var some = new List<(KitMessage Message, byte[] Octets, Fingerprint Print)>();
        long bytes = 0;
        var taken = 0;
        for (; from + taken < waiting.Count && some.Count < MostMessages && (bytes == 0 || bytes + waiting[from + taken].Size <= MostBytes); taken++)
        {
            var message = waiting[from + taken];
            if (await ReadAsync(message, token) is not { } octets) continue;
            var print = new Fingerprint(Hash256.Of(octets), MessageDigest.CanonicalOf(octets), octets.Length, message.Date, MessageScan.Whole(octets), HasHash: true);
            if (folder.Pool is { Count: > 0 } pool && pool.TryTake(print, out var targetUid))
            {
                journal.Intend(folder.TargetNext, [new(message.Uid, message.Flags, print)]);
                journal.Done([(message.Uid, targetUid, false)]);
                folder.AlreadyThere++;
                run.Progress.AlreadyThere(1, octets.Length);
                continue;
            }

            some.Add((message, octets, print));
            bytes += octets.Length;
        }

        if (some.Count == 0) return taken;
        journal.Intend(folder.TargetNext, some.Select(static one => new JournalMessage(one.Message.Uid, one.Message.Flags, one.Print)).ToArray());
        await Task.Run(journal.FlushToDisk, CancellationToken.None);
        foreach (var (message, octets, print) in some) await AppendAsync(journal, message, octets, print, token);
        journal.Flush();
        return taken;
    }

    private async Task<byte[]?> ReadAsync(KitMessage message, CancellationToken token)
    {
        try
        {
            await run.Throttle.WaitAsync(message.Size, token);
            return await KitMessages.ReadAsync(source, _from, message, token);
        }
        catch (ImapException unreadable) when (unreadable.ConnectionUsable && unreadable.Kind != TransferFailureKind.Passing)
        {
            Refuse(message.Uid, new(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ItemUnreadable, unreadable.Message), "Ask the old host to mend this message.");
            return null;
        }
    }

    private async Task AppendAsync(FolderJournal journal, KitMessage message, byte[] octets, Fingerprint print, CancellationToken token)
    {
        if (!ExactMessage.TryMake(octets, out var exact))
        {
            Refuse(message.Uid, new(TransferSide.Us, TransferFailureKind.Refused, TransferCode.NotExpressible, "MailKit cannot send this message without changing it."), "Copy this mailbox with the engine, or keep this message in the local archive.");
            return;
        }

        var flags = folder.Rules.Keep(message.Flags);
        if (flags.Flags.Count < message.Flags.Flags.Count) run.NotExpressed(folder, message.Flags, flags);
        var (system, keywords) = KitMessages.Of(flags);
        var request = message.Date.IsKnown
            ? new AppendRequest(exact, system, keywords, DateTimeOffset.FromUnixTimeSeconds(message.Date.Seconds).ToOffset(TimeSpan.FromMinutes(message.Date.Offset)))
            : new AppendRequest(exact, system, keywords);
        try
        {
            var given = await target.DoAsync(() => _to.AppendAsync(request, token), token);
            journal.Done([(message.Uid, given?.Id ?? 0, false)]);
            if (given is { } uid) _sent.Add(new(message.Uid, uid.Id, flags, print));
            (folder.Copied, folder.Bytes) = (folder.Copied + 1, folder.Bytes + octets.Length);
            run.Arrived(1, octets.Length);
        }
        catch (ImapException refused) when (refused.ConnectionUsable && refused.Kind == TransferFailureKind.Refused && refused.Code != TransferCode.OverQuota)
        {
            Refuse(message.Uid, refused.Failure, "Look at what the target says of this message.");
        }
        finally
        {
            exact.Dispose();
        }
    }

    /// <summary>Asks the target about all that was sent: what it rewrote is listed.</summary>
    private async Task CheckAsync(CancellationToken token)
    {
        if (_sent.Count == 0) return;
        var there = (await KitMessages.ListAsync(target, _to, token)).ToDictionary(static message => message.Uid);
        foreach (var sent in _sent)
        {
            if (!there.TryGetValue(sent.TargetUid, out var found)) continue;
            var text = found.Size != sent.Print.Size ? $"The target made {found.Size} bytes of {sent.Print.Size}."
                : sent.Print.Date.IsKnown && found.Date.Seconds != sent.Print.Date.Seconds ? $"The target keeps another date of receipt: {found.Date} for {sent.Print.Date}."
                : null;
            if (text is null) continue;
            folder.Altered++;
            run.Except(folder, sent.Uid, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemAltered, text), "Compare the message in both mailboxes; nothing else to do.");
        }
    }

    private void Refuse(uint uid, TransferFailure failure, string action)
    {
        folder.Journal!.Refused(uid, failure);
        folder.Refused++;
        run.Except(folder, uid, failure, action);
    }
}

using System.Threading.Channels;
using Cassiopea.Imap.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Writes messages to the target in the order in which they come. What is about to be sent is in the journal, on the disk, before the
/// octet goes out that makes the server store it; while the server stores one batch, the next is on its way all but that octet.
/// </summary>
internal sealed partial class TargetWriter(TransferRun run, ImapConnection target, BatchPool pool)
{
    private const int Sampled = 5;
    private readonly List<Func<CancellationToken, Task>> _afterwards = [];
    private ImapConnection _target = target;
    private InFlight? _pending;
    private InFlight? _sending;
    private (FolderWork Folder, IReadOnlyList<uint> Uids)? _held;

    /// <summary>The connection in use: another than the given one after a refusal that made the server lose step.</summary>
    public ImapConnection Target => _target;

    /// <summary>True while there is nothing to send.</summary>
    public bool Idle { get; private set; }

    public async Task RunAsync(ChannelReader<WorkItem> input, CancellationToken token)
    {
        while (true)
        {
            if (!input.TryRead(out var item))
            {
                // Nothing to send: the time to hear the last answer.
                Idle = true;
                await SettleAsync(token);
                if (!await input.WaitToReadAsync(token)) break;
                Idle = false;
                continue;
            }

            run.Progress.At(item.Folder.Map.SourcePath);
            switch (item)
            {
                case BatchItem batch:
                    await BatchAsync(batch.Folder, batch.Batch, token);
                    break;
                case BigItem big:
                    await BigAsync(big, token);
                    break;
                case UnreadableItem unreadable:
                    Refuse(unreadable.Folder, unreadable.Uid, unreadable.Failure, "Ask the old host to mend this message, or export it by hand; later passes try again.");
                    break;
                case FlagsItem flags:
                    await FlagsAsync(flags, token);
                    break;
                case FolderEndItem end:
                    if (!_target.Capabilities.UidPlus) await SettleAsync(token);
                    await AfterAsync(cancel => EndFolderAsync(end.Folder, cancel), token);
                    break;
            }
        }

        await input.Completion;
    }

    /// <summary>Tells the folder in flight that the target was lost with these messages under way; answers what they are when it was one alone.</summary>
    public InFlight? CountLoss()
    {
        if ((_pending ?? _sending) is not { } lost) return null;
        lost.Folder.CountTargetLoss(lost.First, lost.Last);
        return lost.First == lost.Last ? lost : null;
    }

    /// <summary>What was sent without its last octet cannot arrive any more: it need not be looked for.</summary>
    public void Withdraw()
    {
        if (_held is not { } held) return;
        _held = null;
        foreach (var uid in held.Uids) held.Folder.Journal!.Withdrawn(uid);
        held.Folder.Journal!.Flush();
    }

    private async ValueTask AfterAsync(Func<CancellationToken, Task> action, CancellationToken token)
    {
        if (_pending is null) await action(token);
        else _afterwards.Add(action);
    }

    private async Task BatchAsync(FolderWork folder, Batch batch, CancellationToken token)
    {
        TakeOutKnown(folder, batch);
        TakeOutTooBig(folder, batch);
        TakeOutGuilty(folder, batch);
        if (batch.Messages.Count == 0)
        {
            pool.Return(batch);
            return;
        }

        await run.Throttle.WaitAsync(batch.Bytes, token);
        var careful = IsCareful(folder, batch);
        if (careful) await SettleAsync(token);
        if (CanMultiAppend(batch) && !batch.Messages.Exists(message => folder.TargetSuspects.Contains(message.Uid))) await MultiAppendAsync(folder, batch, token);
        else await EachAsync(folder, batch, careful, token);
    }

    /// <summary>Messages that must stand alone, and those around them, are sent one by one.</summary>
    private static bool IsCareful(FolderWork folder, Batch batch) =>
        folder.Careful.Losses > 1 || batch.Messages.Exists(message => folder.TargetSuspects.Contains(message.Uid));

    /// <summary>A message at which the target was lost again and again is not sent any more in this run.</summary>
    private void TakeOutGuilty(FolderWork folder, Batch batch)
    {
        if (!folder.TargetSuspects.Any) return;
        batch.Messages.RemoveAll(message =>
        {
            if (Guilt(folder, message.Uid) is not { } failure) return false;
            Refuse(folder, message.Uid, failure, LaterAction);
            return true;
        });
    }

    private static TransferFailure? Guilt(FolderWork folder, uint uid) => folder.TargetSuspects.Guilt(uid) is { } guilt
        ? new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemRefused, $"The target does not take this message. {guilt}")
        : null;

    /// <summary>Messages that are at the target already are not sent again, only written down.</summary>
    private void TakeOutKnown(FolderWork folder, Batch batch)
    {
        if (folder.Pool is not { Count: > 0 } known) return;
        batch.Messages.RemoveAll(message =>
        {
            if (!known.TryTake(message.Print, out var targetUid)) return false;
            folder.Journal!.Intend(folder.TargetNext, [message.Journal]);
            folder.Journal.Done([(message.Uid, targetUid, false)]);
            folder.AlreadyThere++;
            run.Progress.AlreadyThere(1, message.Length);
            return true;
        });
    }

    private void TakeOutTooBig(FolderWork folder, Batch batch)
    {
        if (_target.Capabilities.AppendLimit is not { } limit) return;
        batch.Messages.RemoveAll(message =>
        {
            if (message.Length <= limit) return false;
            Refuse(folder, message.Uid, TooBig(message.Length, limit), BigAction);
            return true;
        });
    }

    private const string LaterAction = "Look at the message in the old mailbox; later passes try again.";
    private const string BigAction = "Ask the new provider to raise its limit, or keep this message in the archive.";

    private static TransferFailure TooBig(long size, long limit) =>
        new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.TooBig, $"The message has {size} bytes; the target takes {limit} (APPENDLIMIT).");

    /// <summary>Hears the answer to what was sent last, mends what was refused, and does what waited for it.</summary>
    private async Task SettleAsync(CancellationToken token)
    {
        if (await HearAsync(token) is { } refused)
        {
            if (refused.LostStep) await ReopenAsync(token);
            await refused.MendAsync(token);
        }

        await AfterwardsAsync(token);
    }

    /// <summary>Hears the answer to what was sent last; a refused batch is given back, to be mended by the caller.</summary>
    private async Task<RefusedBatch?> HearAsync(CancellationToken token)
    {
        if (_pending is not { } pending) return null;
        (_pending, _sending) = (null, pending);
        var refused = await pending.HearAsync(token);
        _sending = null;
        return refused;
    }

    private async Task AfterwardsAsync(CancellationToken token)
    {
        if (_afterwards.Count == 0) return;
        var actions = _afterwards.ToList();
        _afterwards.Clear();
        foreach (var action in actions) await action(token);
    }

    /// <summary>The messages of a batch are at the target.</summary>
    private void Arrived(FolderWork folder, ReadOnlySpan<BatchMessage> messages, List<uint>? uids)
    {
        var done = new (uint Uid, uint TargetUid, bool Check)[messages.Length];
        long bytes = 0;
        for (var i = 0; i < messages.Length; i++)
        {
            ref readonly var message = ref messages[i];
            var targetUid = uids is null ? 0 : uids[i];
            done[i] = (message.Uid, targetUid, NoteCheck(folder, message.Uid, targetUid, message.Flags, message.Print));
            bytes += message.Length;
        }

        folder.Journal!.Done(done);
        folder.Journal.Flush();
        if (uids is { Count: > 0 }) folder.TargetNext = Math.Max(folder.TargetNext, uids[^1] + 1);
        folder.Copied += messages.Length;
        folder.Bytes += bytes;
        run.Arrived(messages.Length, bytes);
    }

    private bool NoteCheck(FolderWork folder, uint uid, uint targetUid, FlagSet flags, in Fingerprint print)
    {
        var sample = folder.Copied + folder.Checks.Count < Sampled;
        if (print.Oddity == Oddity.None && !sample) return false;
        folder.Checks.Add(new(uid, targetUid, folder.Rules.Keep(flags), print));
        return true;
    }

    private void Refuse(FolderWork folder, uint uid, TransferFailure failure, string action)
    {
        folder.Journal!.Refused(uid, failure);
        folder.Journal.Flush();
        folder.Refused++;
        run.Passed();
        run.Except(folder, uid, failure, action);
    }

    private FlagSet Keep(FolderWork folder, FlagSet flags)
    {
        var kept = folder.Rules.Keep(flags);
        if (!ReferenceEquals(kept, flags)) run.NotExpressed(folder, flags, kept);
        return kept;
    }

    private async Task EndFolderAsync(FolderWork folder, CancellationToken token)
    {
        if (!_target.Capabilities.UidPlus) await new TargetLocator(_target).LocateAsync(folder, token);
        folder.Journal?.Flush();
        folder.Finished = true;
    }

    private async Task FlagsAsync(FlagsItem item, CancellationToken token)
    {
        await SettleAsync(token);
        await new FlagCarrier(run, _target).CarryAsync(item, token);
    }

    /// <summary>A connection in step again, after one on which the server may have taken octets for commands.</summary>
    private async Task ReopenAsync(CancellationToken token)
    {
        await run.CloseAsync(_target);
        _target = await run.OpenTargetAsync(token);
    }

    /// <summary>Messages sent whose answer is not known yet.</summary>
    internal sealed record InFlight(FolderWork Folder, uint First, uint Last, Func<CancellationToken, Task<RefusedBatch?>> HearAsync, bool Trial = false);

    /// <summary>A batch that was refused as a whole, and what must be done about it; after a BAD on a fresh connection.</summary>
    internal sealed record RefusedBatch(bool LostStep, Func<CancellationToken, Task> MendAsync);
}

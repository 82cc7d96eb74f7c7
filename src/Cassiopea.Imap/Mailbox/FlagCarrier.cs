using Cassiopea.Imap.Commands;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Carries changed flags over: only what the source added or took away since the last time is added or taken away at the target, so that
/// what people changed there stays (facts R11). A message that was deleted at the target is not touched: STORE passes over it.
/// </summary>
internal sealed class FlagCarrier(TransferRun run, ImapConnection target)
{
    public async Task CarryAsync(FlagsItem item, CancellationToken token)
    {
        var folder = item.Folder;
        var (selected, status) = await target.EndSelectAsync(target.BeginSelect(folder.Map.Target), token);
        if (!status.Ok || selected.UidValidity != folder.TargetValidity)
        {
            run.Except($"{folder.Map.SourcePath} ; flags", Failure(status.Ok ? "The target folder has new UIDs." : status.Text), "Run again; flags are carried over when the folder can be opened.");
            return;
        }

        var commands = new List<(uint Tag, IReadOnlyList<FlagChange> Changes)>();
        foreach (var group in item.Changes.Where(static change => change.TargetUid != 0).GroupBy(change => Difference(folder, change)))
        {
            foreach (var some in group.Order(Comparer<FlagChange>.Create(static (a, b) => a.TargetUid.CompareTo(b.TargetUid))).Chunk(1000))
            {
                var uids = new UidSet();
                foreach (var change in some) uids.Add(change.TargetUid);
                foreach (var (text, _) in uids.Chunks(int.MaxValue)) Begin(commands, text, group.Key);
                commands.Add((0, some));
            }
        }

        await EndAsync(folder, commands, token);
        foreach (var lost in item.Changes.Where(static change => change.TargetUid == 0))
            run.Except(folder, lost.Uid, Failure("The target does not tell which message is which, so a change of flags could not be carried over."), "Nothing: the message itself arrived.");
        if (target.Capabilities.Unselect) await target.EndAsync(target.BeginLine("UNSELECT"), null, token);
    }

    private void Begin(List<(uint Tag, IReadOnlyList<FlagChange> Changes)> commands, string uids, (string Add, string Remove) difference)
    {
        if (difference.Add.Length > 0) commands.Add((target.BeginStore(uids, add: true, difference.Add.Split(' ')), []));
        if (difference.Remove.Length > 0) commands.Add((target.BeginStore(uids, add: false, difference.Remove.Split(' ')), []));
    }

    private async Task EndAsync(FolderWork folder, List<(uint Tag, IReadOnlyList<FlagChange> Changes)> commands, CancellationToken token)
    {
        var refused = "";
        foreach (var (tag, changes) in commands)
        {
            if (tag != 0)
            {
                var status = await target.EndAsync(tag, null, token);
                if (status.Kind == StatusKind.Bad) throw target.Refused(status, "UID STORE");
                if (!status.Ok) refused = status.Text;
                continue;
            }

            foreach (var change in changes)
            {
                if (refused.Length == 0) folder.Journal!.Carried(change.Uid, change.After);
                else run.Except(folder, change.Uid, Failure(refused), "Run again; the change of flags is tried again.");
            }

            refused = "";
        }

        folder.Journal!.Flush();
    }

    private (string Add, string Remove) Difference(FolderWork folder, FlagChange change)
    {
        var wanted = FlagSet.Of(change.After.Flags.Except(change.Before.Flags, StringComparer.OrdinalIgnoreCase));
        var added = folder.Rules.Keep(wanted);
        if (added.Flags.Count < wanted.Flags.Count) run.NotExpressed(folder, wanted, added);
        var removed = folder.Rules.Keep(FlagSet.Of(change.Before.Flags.Except(change.After.Flags, StringComparer.OrdinalIgnoreCase)));
        return (added.Text, removed.Text);
    }

    private static TransferFailure Failure(string text) => new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, text);
}

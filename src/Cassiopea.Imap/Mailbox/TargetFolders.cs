using Cassiopea.Imap.Commands;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>Makes the folders at the target, subscribes them, and learns their state: two round trips for all of them together.</summary>
internal sealed class TargetFolders(TransferRun run, ImapConnection target, AccountFolders known)
{
    /// <summary>Makes what is missing; a folder that the target refuses is finished with all its messages refused.</summary>
    public async Task MakeAsync(IReadOnlyList<FolderWork> folders, CancellationToken token)
    {
        var missing = folders.Where(folder => known.Find(folder.Map.Target) is not { Selectable: true }).ToList();
        foreach (var some in missing.Chunk(100))
        {
            var asked = some.Select(folder => (folder, Tag: target.BeginCreate(folder.Map.Target))).ToList();
            foreach (var (folder, tag) in asked)
            {
                var status = await target.EndAsync(tag, null, token);
                var exists = status.Code == "ALREADYEXISTS" || status.Text.Contains("exists", StringComparison.OrdinalIgnoreCase);
                if (exists && Twin(folders, folder) is { } twin)
                {
                    Refuse(folder, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, $"The target takes this name for the same as {twin}, which differs by case only; the two are not merged."));
                    continue;
                }

                if (status.Ok || exists) continue;
                if (status.Kind == StatusKind.Bad) throw target.Refused(status, "CREATE");
                Refuse(folder, status.ToException(TransferSide.Target, "CREATE").Failure);
            }
        }
    }

    /// <summary>
    /// Subscribes what was subscribed, and opens each folder once for UIDVALIDITY, UIDNEXT and the flags that it keeps. Only folders that were never
    /// finished or that are made again are subscribed: what people subscribe or not afterwards is theirs.
    /// </summary>
    public async Task LearnAsync(IReadOnlyList<FolderWork> folders, CancellationToken token)
    {
        foreach (var some in folders.Chunk(100))
        {
            var wanted = some.Where(folder => folder.Map.Source.Subscribed && IsFresh(folder) && known.Find(folder.Map.Target) is not { Subscribed: true });
            var subscribed = wanted.Select(folder => (folder, Tag: target.BeginSubscribe(folder.Map.Target))).ToList();
            var opened = some.Select(folder => (folder, Tag: target.BeginSelect(folder.Map.Target))).ToList();
            uint unselect = target.Capabilities.Unselect ? target.BeginLine("UNSELECT") : 0;
            foreach (var (folder, tag) in subscribed)
            {
                var status = await target.EndAsync(tag, null, token);
                if (status.Ok) continue;
                run.Except($"{folder.Map.SourcePath} ; subscription", status.ToException(TransferSide.Target, "SUBSCRIBE").Failure, "Subscribe the folder by hand.");
            }

            foreach (var (folder, tag) in opened) await OpenedAsync(folder, tag, token);
            if (unselect != 0) await target.EndAsync(unselect, null, token);
        }
    }

    private async Task OpenedAsync(FolderWork folder, uint tag, CancellationToken token)
    {
        var (selected, status) = await target.EndSelectAsync(tag, token);
        if (!status.Ok)
        {
            Refuse(folder, status.ToException(TransferSide.Target, "SELECT").Failure);
            return;
        }

        folder.TargetValidity = selected.UidValidity;
        folder.TargetNext = selected.UidNext;
        folder.TargetMessages = selected.Messages;
        folder.Rules = new(selected.PermanentFlags);
        folder.LocateFrom = Math.Max(1, selected.UidNext);
    }

    /// <summary>The folder whose name differs from this one by case only, where this one is not at the target under its own name.</summary>
    private string? Twin(IReadOnlyList<FolderWork> folders, FolderWork folder)
    {
        if (known.Find(folder.Map.Target) is not null) return null;
        bool IsTwin(string name) => name.Equals(folder.Map.Target, StringComparison.OrdinalIgnoreCase) && !name.Equals(folder.Map.Target, StringComparison.Ordinal);
        return known.Own.Select(static other => other.Name).Concat(folders.Select(static other => other.Map.Target)).FirstOrDefault(IsTwin);
    }

    private bool IsFresh(FolderWork folder) =>
        folder.Entry.Snapshot is null || (!folder.DeletedAtTarget && known.Find(folder.Map.Target) is not { Selectable: true });

    private void Refuse(FolderWork folder, TransferFailure failure)
    {
        folder.Refused = folder.SourceStatus.Messages;
        folder.Finished = true;
        run.Except($"{folder.Map.SourcePath} ; {folder.Map.TargetPath}", failure, "Choose another name for this folder (a folder map), or make it at the target by hand, then run again.");
    }
}

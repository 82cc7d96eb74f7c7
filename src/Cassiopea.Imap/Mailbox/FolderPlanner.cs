using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>Decides folder by folder what there is to do: nothing where neither end changed since the last pass.</summary>
internal sealed class FolderPlanner(TransferRun run, AccountFolders source, AccountFolders target, bool gmail)
{
    public List<FolderWork> Plan()
    {
        var copied = source.Own.Concat(source.Others.Where(IsMapped)).Where(static folder => folder is { Selectable: true, Exists: true, Status: not null }).ToList();
        ListUnreadable();
        ListOthers();
        var mapping = new FolderMapping(run.Options, source.Style, target.Style, target.Own, gmail);
        var sameAccount = IsSameAccount();
        var planned = new List<FolderWork>();
        foreach (var map in mapping.Map(copied, run.Journal.Find))
        {
            var entry = run.Journal.Find(map.Source.Name) ?? run.Journal.Add(map.Source.Name, map.Target);
            var folder = new FolderWork(map, entry);
            run.Progress.Expect(folder.SourceStatus.Messages, Math.Max(0, folder.SourceStatus.Size));
            if (map.Excluded || (gmail && GmailPlan.LeavesOut(map.Source, run.Options.GmailLabels))) Exclude(folder);
            else Compare(folder, sameAccount);
            planned.Add(folder);
        }

        return planned;
    }

    /// <summary>Opens the journal; a folder where neither crash nor new UIDs are to be cleared up needs no look at the target.</summary>
    public static void Begin(TransferRun run, FolderWork folder)
    {
        folder.Journal = run.Journal.Open(folder.Entry);
        folder.Prepared = folder.TargetNext != 0 && FolderPreparation.IsSimple(folder, folder.Journal);
        if (folder.Prepared && folder.Journal.SourceValidity == 0) folder.Journal.BeginGeneration(folder.SourceStatus.UidValidity, folder.TargetValidity);
    }

    private void Compare(FolderWork folder, bool sameAccount)
    {
        if (folder.Entry.Snapshot is not { } before) return;
        var now = folder.SourceStatus;
        var there = target.Find(folder.Map.Target)?.Status;
        var sourceSame = before.SourceValidity == now.UidValidity && before.SourceNext == now.UidNext && before.SourceMessages == now.Messages
            && before.Since == (run.Options.OnlineSince?.ToUnixTimeSeconds() ?? 0);
        if (there is null && sameAccount)
        {
            folder.DeletedAtTarget = true;
            if (!sourceSame || !before.Settled) return;
            run.Note($"{folder.Map.SourcePath} ; {folder.Map.TargetPath}", new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible,
                "The folder was deleted at the target after an earlier pass; what was in it is not brought back."), "Nothing, if that was meant.");
            Unchanged(folder, before);
        }
        else if (sourceSame && before.Settled && now.HighestModSeq != 0 && before.SourceModSeq == now.HighestModSeq && there?.UidValidity == before.TargetValidity && there.UidNext >= before.TargetNext)
        {
            Unchanged(folder, before);
        }
    }

    private void Unchanged(FolderWork folder, FolderSnapshot before)
    {
        (folder.Excluded, folder.Gone, folder.Counted, folder.Finished) = (before.Excluded, before.Gone, true, true);
        folder.AlreadyThere = folder.SourceStatus.Messages - before.Excluded;
        run.Progress.AlreadyThere(folder.AlreadyThere, 0);
    }

    private static void Exclude(FolderWork folder) => (folder.Excluded, folder.Counted, folder.Finished) = (folder.SourceStatus.Messages, true, true);

    /// <summary>The target account is the one of the earlier passes when its INBOX still has the UIDVALIDITY of then and no smaller UIDNEXT.</summary>
    private bool IsSameAccount()
    {
        var inbox = run.Journal.Folders.FirstOrDefault(static folder => NameStyle.IsInbox(folder.Target))?.Snapshot;
        return inbox is not null && target.Find("INBOX")?.Status is { } now && now.UidValidity == inbox.TargetValidity && now.UidNext >= inbox.TargetNext;
    }

    private bool IsMapped(ListedFolder folder) => FolderMapping.IsMapped(run.Options, NameStyle.Path(FolderMapping.LevelsOf(source.Style, folder)));

    /// <summary>Shared folders and those of somebody else are copied only where a map says where to (facts R29).</summary>
    private void ListOthers()
    {
        foreach (var other in source.Others.Where(folder => folder.Selectable && !IsMapped(folder)))
        {
            run.Note($"{NameStyle.Path(FolderMapping.LevelsOf(source.Style, other))} ; folder", new(TransferSide.Source, TransferFailureKind.Refused, TransferCode.NotExpressible,
                "A shared folder or one of somebody else: it is not copied."), "Tell the member; map it by hand where it is wanted.");
        }
    }

    private void ListUnreadable()
    {
        foreach (var folder in source.Own.Concat(source.Others.Where(IsMapped)).Where(static folder => folder is { Selectable: true, Exists: true, Status: null }))
        {
            run.Except($"{folder.Name} ; folder", new(TransferSide.Source, TransferFailureKind.Refused, TransferCode.PermissionDenied, "The source lists this folder but does not let it be opened."), "Ask the old host to make this folder readable, then run again.");
        }
    }
}

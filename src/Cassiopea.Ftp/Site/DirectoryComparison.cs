using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Site;

/// <summary>Lists one directory at both ends, makes directories at the target, and says which files are to be copied.</summary>
internal sealed class DirectoryComparison(SiteRun run, SiteSession source, SiteSession target)
{
    private const int UsualMode = 0x1ED;

    // What is found is told only when the whole directory was seen: after a cut it is compared again, and nothing is counted twice.
    private readonly List<Action> _found = [];

    public async Task RunAsync(DirectoryWork work, CancellationToken token)
    {
        run.Progress.At(work.Path.ToString());
        var there = work.AtTarget ? ListTargetAsync(work.Path, token) : Task.FromResult<IReadOnlyList<SiteEntry>>([]);
        var listing = source.ListAsync(work.Path, token);
        await CopyWorker.BothAsync(listing, there);
        var atTarget = (await there).Where(static entry => entry.Kind != SiteEntryKind.Unknown).DistinctBy(static entry => entry.Path).ToDictionary(static entry => entry.Path);
        var entries = (await listing).DistinctBy(static entry => entry.Path).ToList();
        foreach (var entry in entries)
        {
            atTarget.Remove(entry.Path, out var known);
            await EntryAsync(entry, known, token);
        }

        await LeftOverAsync(entries, atTarget, token);
        run.FoundDirectory();
        foreach (var tell in _found) tell();
    }

    private async Task<IReadOnlyList<SiteEntry>> ListTargetAsync(SitePath directory, CancellationToken token)
    {
        try
        {
            return await target.ListAsync(directory, token);
        }
        catch (SiteException missing) when (directory.IsRoot && missing.SessionUsable && missing.Kind == TransferFailureKind.Refused)
        {
            if (!run.Options.DryRun) await target.MakeDirectoryAsync(directory, token);
            return [];
        }
    }

    private async Task EntryAsync(SiteEntry entry, SiteEntry? known, CancellationToken token)
    {
        if (entry.Kind != SiteEntryKind.Unknown && (run.Excludes.Match(entry.Path) || entry.Path.EndsWith(".cassiopea-part"u8)))
        {
            _found.Add(() => run.Exclude(entry.Path, entry.Kind == SiteEntryKind.Directory));
            return;
        }

        switch (entry.Kind)
        {
            case SiteEntryKind.Directory:
                await DirectoryAsync(entry, known, token);
                break;
            case SiteEntryKind.File:
                _found.Add(() => File(entry, known));
                break;
            case SiteEntryKind.Link:
                await LinkAsync(entry, known, token);
                break;
            case SiteEntryKind.Special:
                Refuse(entry, TransferSide.Source, TransferCode.NotExpressible, "A device, socket or pipe: there is nothing to copy.", "Nothing.");
                break;
            default:
                Refuse(entry, TransferSide.Source, TransferCode.ProtocolBroken, "A line of the listing that is not understood.", "Look at this folder with another program.");
                break;
        }
    }

    private async Task DirectoryAsync(SiteEntry entry, SiteEntry? known, CancellationToken token)
    {
        if (target.Renames(entry.Path))
        {
            _found.Add(() => run.NotListed(entry.Path, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, "The target would make this folder under another name.")));
            return;
        }

        var exists = known?.Kind is SiteEntryKind.Directory or SiteEntryKind.Link;
        if (!exists && !run.Options.DryRun)
        {
            try
            {
                await target.MakeDirectoryAsync(entry.Path, token);
            }
            catch (SiteException refused) when (refused.SessionUsable && refused.Kind == TransferFailureKind.Refused && refused.Code != TransferCode.OverQuota)
            {
                _found.Add(() => run.NotListed(entry.Path, refused.Failure));
                return;
            }
        }

        if (!exists && entry.Mode is { } mode && mode != UsualMode) _found.Add(() => run.RememberMode(entry.Path, mode));
        _found.Add(() => run.Queue.Add(new DirectoryWork(entry.Path, exists)));
    }

    private void File(SiteEntry entry, SiteEntry? known, bool isLink = false)
    {
        run.Found(entry.Size);
        if (run.Journal!.IsDone(entry) && known is { Kind: SiteEntryKind.File })
        {
            run.AlreadyThere(entry.Size);
            return;
        }

        if (known?.Kind == SiteEntryKind.Directory)
        {
            run.Refuse(entry.Path, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemRefused, "The target has a folder of this name."), "Rename the folder there, then run again.");
            return;
        }

        if (target.Renames(entry.Path))
        {
            run.Refuse(entry.Path, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, "The target would keep it under another name."), "Rename it at the source, or upload it under the name wanted.");
            return;
        }

        if (!run.Options.DryRun) run.Queue.Add(new FileWork(entry, isLink));
    }

    private async Task LinkAsync(SiteEntry entry, SiteEntry? known, CancellationToken token)
    {
        var goal = LinkGoal.Inside(entry.Path, entry.LinkTarget);
        if (goal == false)
        {
            Refuse(entry, TransferSide.Source, TransferCode.NotExpressible, $"A symbolic link out of the site, to {entry.LinkTarget}: not followed.", "Say what should stand there.");
            return;
        }

        if (target.CanLink && goal == true)
        {
            await MakeLinkAsync(entry, known, token);
            return;
        }

        if (await source.FollowAsync(entry.Path, token) is { } file)
        {
            _found.Add(() => File(file with { Mode = null }, known, isLink: true));
            return;
        }

        Refuse(entry, TransferSide.Source, TransferCode.NotExpressible, $"A symbolic link to a folder, in a circle, or to nothing ({entry.LinkTarget}): FTP cannot make it.", "Make the link at the new provider.");
    }

    private async Task MakeLinkAsync(SiteEntry entry, SiteEntry? known, CancellationToken token)
    {
        var there = known?.Kind == SiteEntryKind.Link && known.LinkTarget == entry.LinkTarget;
        if (!there && !run.Options.DryRun)
        {
            try
            {
                await target.LinkAsync(entry.Path, entry.LinkTarget, token);
            }
            catch (SiteException refused) when (refused.SessionUsable)
            {
                Refuse(entry, TransferSide.Target, refused.Code, refused.Message, "Make the link at the new provider.");
                return;
            }
        }

        _found.Add(() =>
        {
            run.Found(0);
            if (there) run.AlreadyThere(0);
            else if (!run.Options.DryRun) run.Copied(0, altered: false);
        });
    }

    private void Refuse(SiteEntry entry, TransferSide side, string code, string text, string action) => _found.Add(() =>
    {
        run.Found(0);
        run.Refuse(entry.Path, new(side, TransferFailureKind.Refused, code, text), action);
    });

    // What only the target has: our own parts of files that are gone are removed, the rest is the target's, or is deleted by the last pass.
    private async Task LeftOverAsync(List<SiteEntry> entries, Dictionary<SitePath, SiteEntry> left, CancellationToken token)
    {
        if (left.Count == 0) return;
        var names = entries.Select(static entry => entry.Path).ToHashSet();
        foreach (var entry in left.Values)
        {
            if (entry.Path.EndsWith(".cassiopea-part"u8))
            {
                var final = SitePath.Of(entry.Path.Bytes[..^".cassiopea-part"u8.Length]);
                if (!names.Contains(final) && !run.Options.DryRun) await RemovePartAsync(entry.Path, token);
            }
            else if (!run.Excludes.Match(entry.Path))
            {
                _found.Add(() => run.FoundExtra(entry));
            }
        }
    }

    private async Task RemovePartAsync(SitePath part, CancellationToken token)
    {
        try
        {
            await target.DeleteFileAsync(part, token);
        }
        catch (SiteException refused) when (refused.SessionUsable)
        {
            _found.Add(() => run.Except(part.ToString(), refused.Failure, "Delete it at the new provider by hand."));
        }
    }
}

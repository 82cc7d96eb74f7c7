using Cassiopea.Ftp.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Site;

/// <summary>
/// Copies one site, or what changed in it since the last run with the same journal. The source is only ever read. What is at the target stays, unless
/// deletion is asked for. Killed at any instant and run again: no half file under its name, and nothing done is sent again.
/// </summary>
/// <param name="time">The clock of dates and rates.</param>
public sealed class SiteCopy(TimeProvider time)
{
    /// <summary>Runs until everything is copied, or a refusal stops it, or patience is at its end, or it is cancelled.</summary>
    /// <param name="source">The old site.</param>
    /// <param name="target">The new site, or a directory.</param>
    /// <param name="journalDirectory">Where the journal is or is to be: one directory per pair of sites, held by one run at a time.</param>
    /// <param name="options">How.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>What became of every file; failures of servers are in it, not thrown.</returns>
    /// <exception cref="TransferException">The journal cannot be opened.</exception>
    public async Task<SiteCopyResult> RunAsync(SiteAccount source, SiteAccount target, string journalDirectory, SiteCopyOptions options, CancellationToken token)
    {
        using var journal = SiteJournal.Open(journalDirectory, $"{source.Endpoint.Url}\n{target.Endpoint.Url}");
        using var run = new SiteRun(source, target, options, journal, time);
        return await SiteRunner.RunAsync(run, () => new CopyWorker(run), FinishAsync, token);
    }

    private static async Task FinishAsync(SiteRun run, CancellationToken token)
    {
        var deletes = run.Options.DeleteExtra && run.Unlisted == 0 && run.Extra + run.ExtraDirectories.Count > 0;
        if (run.Options.DeleteExtra && run.Unlisted > 0)
            run.Except("deletions", new(TransferSide.Source, TransferFailureKind.Refused, TransferCode.ItemUnreadable, "Not all folders of the source could be read: nothing was deleted at the target."), "Read the folders listed here, then run again.");
        if (run.Options.DryRun)
        {
            foreach (var file in run.ExtraFiles) run.Deleted(file, isDirectory: false);
            foreach (var directory in run.ExtraDirectories) run.Deleted(directory, isDirectory: true);
            return;
        }

        if (!deletes && run.Modes.Count == 0) return;
        await using var target = await SiteSession.OpenAsync(run.Target, TransferSide.Target, run.Options.Session, token);
        foreach (var (path, mode) in run.Modes) await target.SetModeAsync(path, mode, token);
        if (deletes) await new Deletion(run, target).RunAsync(token);
        run.CountRoundTrips(target.RoundTrips);
    }
}

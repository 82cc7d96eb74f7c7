using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>One run from login to the last comparison.</summary>
internal sealed class Attempt(TransferRun run) : IAttempt
{
    private readonly List<Lane> _lanes = [];
    private readonly List<Task<EarlyPair>> _early = [];
    private ImapConnection? _source, _target;

    public List<FolderWork> Folders { get; } = [];

    public async Task RunAsync(CancellationToken token)
    {
        await PlanPatientlyAsync(token);
        var work = Folders.Where(static folder => !folder.Finished).ToList();
        if (work.Count == 0) return;
        await CopyAsync(work, token);
        await CheckAsync(token);
    }

    public async ValueTask CloseAsync()
    {
        foreach (var lane in _lanes) await lane.CloseAsync();
        await run.CloseAsync(_source);
        await run.CloseAsync(_target);
        foreach (var unused in _early)
        {
            var pair = await unused;
            await run.CloseAsync(pair.Source);
            await run.CloseAsync(pair.Target);
        }

        foreach (var folder in Folders)
        {
            Save(run, folder);
            folder.Dispose();
        }

        run.Journal.FlushToDisk();
    }

    /// <summary>Login and planning write nothing but folders, so they can simply be done again when an end is lost.</summary>
    private async Task PlanPatientlyAsync(CancellationToken token)
    {
        for (var losses = 1; ; losses++)
        {
            try
            {
                await PlanAsync(token);
                return;
            }
            catch (TransferException passing) when (passing.Kind == TransferFailureKind.Passing)
            {
                await run.CloseAsync(_source);
                await run.CloseAsync(_target);
                (_source, _target) = (null, null);
                foreach (var folder in Folders) folder.Dispose();
                Folders.Clear();
                var wait = (passing as ImapException)?.Backoff ?? TimeSpan.FromMilliseconds(Math.Min(30_000, 250 * Math.Pow(2, losses - 1)));
                if (losses >= 8 || TimeProvider.System.GetElapsedTime(run.LastSuccess) + wait > run.Options.Patience) throw;
                await Task.Delay(wait, TimeProvider.System, token);
            }
        }
    }

    private async Task PlanAsync(CancellationToken token)
    {
        await OpenAsync(token);

        // A first copy will want them all; a pass without changes wants none.
        for (var i = _early.Count + 1; i < run.Options.Connections && run.Journal.Folders.Count == 0; i++) _early.Add(EarlyPair.OpenAsync(run, token));
        var sizes = run.Options.Measure || (_target!.Capabilities.Quota && run.Journal.Folders.Count == 0);
        var reading = AccountFolders.ReadAsync(_source!, sizes, token);
        var known = await AccountFolders.ReadAsync(_target!, sizes: false, token);
        var source = await reading;
        var planner = new FolderPlanner(run, source, known, GmailPlan.Applies(_source!));
        Folders.AddRange(planner.Plan());
        run.Journal.FlushToDisk(); // the numbers of the folders are sure before their journals begin
        await CheckQuotaAsync(token);
        var work = Folders.Where(static folder => !folder.Finished).ToList();
        var folders = new TargetFolders(run, _target!, known);
        await folders.MakeAsync(work, token);
        await folders.LearnAsync([.. work.Where(static folder => !folder.Finished)], token);
        foreach (var folder in work.Where(static folder => !folder.Finished)) FolderPlanner.Begin(run, folder);
        if (GmailPlan.Applies(_source!)) await new GmailPlan(run, _source!).ApplyAsync(Folders, token);
    }

    private async Task OpenAsync(CancellationToken token)
    {
        var (source, target) = (run.OpenSourceAsync(token), run.OpenTargetAsync(token));
        try
        {
            await Task.WhenAll(source, target);
        }
        finally
        {
            if (source.IsCompletedSuccessfully) _source = await source;
            if (target.IsCompletedSuccessfully) _target = await target;
        }
    }

    /// <summary>Nothing is begun where it cannot end (facts R15).</summary>
    private async Task CheckQuotaAsync(CancellationToken token)
    {
        if (!_target!.Capabilities.Quota || Folders.TrueForAll(static folder => folder.Finished)) return;
        if (await _target.QuotaAsync("INBOX", token) is not { LimitBytes: > 0 } quota) return;
        var free = quota.LimitBytes - quota.UsedBytes;
        var needed = Folders.Exists(static folder => folder.Entry.Snapshot is not null) ? 1
            : Folders.Where(static folder => !folder.Finished).Sum(static folder => Math.Max(0, folder.SourceStatus.Size));
        if (needed <= free) return;
        throw new ImapException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.OverQuota, $"The target has room for {Math.Max(0, free)} bytes; {needed} are needed (quota {quota.LimitBytes}).");
    }

    private async Task CopyAsync(List<FolderWork> work, CancellationToken token)
    {
        var queue = new FolderQueue(work.OrderByDescending(static folder => folder.SourceStatus.Messages));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var count = Math.Min(run.Options.Connections, work.Count);
        for (var i = 0; i < count; i++) _lanes.Add(new(run, queue, first: i == 0));
        foreach (var lane in _lanes.Skip(1).Take(_early.Count)) lane.Early = Take(_early);
        (_lanes[0].Source, _lanes[0].Target, _source, _target) = (_source, _target, null, null);
        var running = _lanes.ConvertAll(lane => lane.RunAsync(stop.Token));
        await foreach (var ended in Task.WhenEach(running).WithCancellation(CancellationToken.None))
        {
            if (ended.IsCompletedSuccessfully) continue;
            await stop.CancelAsync();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ended;
        }
    }

    private static Task<EarlyPair> Take(List<Task<EarlyPair>> early)
    {
        var taken = early[^1];
        early.RemoveAt(early.Count - 1);
        return taken;
    }

    private async Task CheckAsync(CancellationToken token)
    {
        if (!Folders.Exists(static folder => folder.Checks.Count > 0 || LateArrivals.Concerns(folder))) return;
        var target = _lanes.Select(static lane => lane.Target).FirstOrDefault(static open => open is { Closed: false }) ?? (_target = await run.OpenTargetAsync(token));
        await new LateArrivals(run, target).LookAsync(Folders, token);
        await new PostCopyCheck(run, target).CheckAsync(Folders, token);
    }

    /// <summary>Keeps the state of a folder that was done to its end: while nothing differs from it, there is nothing to do.</summary>
    public static void Save(TransferRun run, FolderWork folder)
    {
        if (!folder.Finished || folder.Journal is not { } journal) return;
        var settled = folder.Refused == 0 && journal.Late.Count == 0 && !journal.Entries.Any(static entry => entry.State is not EntryState.Done);
        run.Journal.Save(folder.Entry, new(
            folder.SourceStatus.UidValidity, folder.SourceStatus.UidNext, folder.SourceStatus.Messages, folder.SourceStatus.HighestModSeq,
            folder.TargetValidity, folder.TargetNext, folder.Excluded, folder.Gone, settled, run.Options.OnlineSince?.ToUnixTimeSeconds() ?? 0));
    }
}

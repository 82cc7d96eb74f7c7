using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Driver.Kit;

/// <summary>One run by MailKit: a connection to each end, folder by folder; a lost end is entered again and the folder goes on from the journal.</summary>
internal sealed class KitAttempt(TransferRun run, ImapAccount source, ImapAccount target) : IAttempt
{
    private const int Losses = 8;
    private KitConnection? _source, _target;
    private AccountFolders? _known;

    public List<FolderWork> Folders { get; } = [];

    public async Task RunAsync(CancellationToken token)
    {
        await PatientlyAsync(PlanAsync, token);
        foreach (var folder in Folders.Where(static folder => !folder.Finished))
        {
            await PatientlyAsync(async stop =>
            {
                await OpenAsync(stop);
                if (await MakeAsync(folder, stop)) await new KitFolderCopy(run, _source!, _target!, folder).RunAsync(stop);
            }, token);
        }
    }

    public async ValueTask CloseAsync()
    {
        await CloseConnectionsAsync();
        foreach (var folder in Folders)
        {
            Attempt.Save(run, folder);
            folder.Dispose();
        }

        run.Journal.FlushToDisk();
    }

    private async Task PlanAsync(CancellationToken token)
    {
        await OpenAsync(token);
        foreach (var folder in Folders) folder.Dispose();
        Folders.Clear();
        var from = await KitFolders.ReadAsync(_source!, sizes: true, token);
        _known = await KitFolders.ReadAsync(_target!, sizes: false, token);
        Folders.AddRange(new FolderPlanner(run, from, _known, gmail: false).Plan().OrderBy(static folder => folder.Map.Target, StringComparer.Ordinal));
        run.Journal.FlushToDisk();
    }

    /// <summary>Makes and subscribes the folder where it is missing; false when the target refuses it.</summary>
    private async Task<bool> MakeAsync(FolderWork folder, CancellationToken token)
    {
        var there = _known!.Find(folder.Map.Target);
        var fresh = folder.Entry.Snapshot is null || (!folder.DeletedAtTarget && there is not { Selectable: true });
        try
        {
            if (there is not { Selectable: true })
            {
                await KitFolders.MakeAsync(_target!, _known.Style, folder.Map.Target, made => run.Note(
                    $"{made} ; folder", new(TransferSide.Target, TransferFailureKind.Passing, TransferCode.NotExpressible, $"An empty folder was made so that {folder.Map.TargetPath} can stand in it: this driver cannot make one without the other."), "Nothing, or remove it by hand."), token);
                _known = await KitFolders.ReadAsync(_target!, sizes: false, token);
            }

            if (folder.Map.Source.Subscribed && fresh && _known.Find(folder.Map.Target) is not { Subscribed: true })
            {
                await _target!.DoAsync(async () =>
                {
                    var made = NameStyle.IsInbox(folder.Map.Target) ? _target.Client.Inbox : await _target.Client.GetFolderAsync(KitFolders.FullNameOf(folder.Map.Target), token);
                    await made.SubscribeAsync(token);
                }, token);
            }

            return true;
        }
        catch (ImapException refused) when (refused.ConnectionUsable && refused.Kind == TransferFailureKind.Refused)
        {
            (folder.Refused, folder.Finished) = (folder.SourceStatus.Messages, true);
            run.Except($"{folder.Map.SourcePath} ; {folder.Map.TargetPath}", refused.Failure, "Choose another name for this folder (a folder map), or make it at the target by hand, then run again.");
            return false;
        }
    }

    private async Task OpenAsync(CancellationToken token)
    {
        _source ??= await KitConnection.OpenAsync(source, TransferSide.Source, run.Options, token);
        _target ??= await KitConnection.OpenAsync(target, TransferSide.Target, run.Options, token);
    }

    private async Task PatientlyAsync(Func<CancellationToken, Task> work, CancellationToken token)
    {
        var before = run.LastSuccess;
        for (var losses = 1; ; losses++)
        {
            try
            {
                await work(token);
                return;
            }
            catch (TransferException lost) when (lost.Kind == TransferFailureKind.Passing)
            {
                await CloseConnectionsAsync();
                if (run.LastSuccess != before) (before, losses) = (run.LastSuccess, 1);
                if (losses >= Losses) throw;
                await Task.Delay((lost as ImapException)?.Backoff ?? TimeSpan.FromMilliseconds(Math.Min(20_000, 100 << losses)), TimeProvider.System, token);
            }
        }
    }

    private async ValueTask CloseConnectionsAsync()
    {
        if (_source is not null) await _source.DisposeAsync();
        if (_target is not null) await _target.DisposeAsync();
        (_source, _target) = (null, null);
    }
}

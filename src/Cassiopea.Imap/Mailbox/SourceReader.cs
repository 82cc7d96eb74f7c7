using System.Threading.Channels;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Reads folders of the source, opened with EXAMINE and read with PEEK, and hands messages on in the order of their UIDs. It runs ahead of
/// the writer, into the next folder too, as far as the pool of batches reaches.
/// </summary>
internal sealed class SourceReader(TransferRun run, ImapConnection source, ChannelWriter<WorkItem> output, BatchPool pool, List<FolderWork> taken)
{
    /// <summary>Most messages asked for with one command.</summary>
    private const int ChunkSize = 20_000;

    private readonly NulProbe _nul = new(run);

    /// <summary>The folder being read, and the message awaited, for the lane when the source is lost.</summary>
    public FolderWork? Reading { get; private set; }

    public uint Awaited { get; private set; }

    /// <summary>True while a suspect is asked for alone, after a control that passed.</summary>
    public bool Trial { get; private set; }

    /// <summary>True while the writer has nothing to do: then a batch is handed over before it is full.</summary>
    public Func<bool> WriterIsIdle { get; init; } = static () => false;

    public async Task RunAsync(FolderQueue queue, CancellationToken token)
    {
        try
        {
            while (queue.TryTake(out var folder))
            {
                (Reading, Awaited) = (folder, 0);
                taken.Add(folder);
                await ReadFolderAsync(folder, token);
                await output.WriteAsync(new FolderEndItem(folder), token);
                Reading = null;
            }

            output.TryComplete();
        }
        catch (Exception failed)
        {
            output.TryComplete(failed);
            throw;
        }
        finally
        {
            await _nul.CloseAsync();
        }
    }

    private async Task ReadFolderAsync(FolderWork folder, CancellationToken token)
    {
        var examine = source.BeginExamine(folder.Map.Source.Name);
        var uids = source.BeginUids();
        var (selected, status) = await source.EndSelectAsync(examine, token);
        if (!status.Ok)
        {
            await source.EndAsync(uids, null, token);
            Refuse(folder, source.Refused(status, "EXAMINE").Failure);
            return;
        }

        var all = await source.EndUidsAsync(uids, token);
        if (selected.UidValidity != folder.SourceStatus.UidValidity)
        {
            // New UIDs since the list was made. Some servers that cannot write give new ones to each session, so they are taken as they are.
            folder.SourceStatus = folder.SourceStatus with { UidValidity = selected.UidValidity, UidNext = selected.UidNext };
            FolderPreparation.SourceIsNew(run, folder);
        }

        var plan = new ReadPlan(folder, all);
        folder.Excluded = folder.Elsewhere.Count == 0 ? 0 : plan.LeaveOut(folder.Elsewhere);
        if (run.Options.OnlineSince is { } since) await ExcludeAsync(folder, plan, since, token);
        plan.Count(run);
        if (plan.HasKnown) await FlagsAsync(folder, plan, token);
        await FetchAsync(folder, plan, token);
    }

    private async Task ExcludeAsync(FolderWork folder, ReadPlan plan, DateTimeOffset since, CancellationToken token)
    {
        var kept = new UidSet();
        foreach (var (text, _) in plan.ToCopy.Chunks(20_000).ToList())
        {
            await source.FactsAsync(text, "INTERNALDATE", (in FetchItems items) =>
            {
                var date = InternalDate.Parse(items.InternalDate);
                if (!date.IsKnown || date.Seconds >= since.ToUnixTimeSeconds()) kept.Add(items.Uid);
            }, token);
        }

        folder.Excluded += plan.ToCopy.Count - kept.Count;
        plan.ToCopy = kept;
    }

    /// <summary>Three-way: what the source changed since the last time, compared with what was carried over then.</summary>
    private async Task FlagsAsync(FolderWork folder, ReadPlan plan, CancellationToken token)
    {
        var before = folder.Entry.Snapshot;
        var sameSource = before is not null && before.SourceValidity == folder.SourceStatus.UidValidity;
        var since = sameSource && source.Capabilities.CondStore ? before!.SourceModSeq : 0;
        if (since != 0 && since == folder.SourceStatus.HighestModSeq) return;
        var catalog = new FlagCatalog();
        var changes = new List<FlagChange>();
        void Compare(in FetchItems items)
        {
            if (!items.HasFlags || !plan.IsKnown(items.Uid, out var entry)) return;
            var (old, now) = (folder.Journal!.FlagsOf(entry.Flags), folder.WithLabels(items.Uid, catalog.Get(items.Flags)));
            if (!string.Equals(old.Text, now.Text, StringComparison.Ordinal)) changes.Add(new(items.Uid, entry.TargetUid, old, now));
        }

        var known = $"1:{plan.LastKnown}";
        if (since != 0) await source.FactsSinceAsync(known, "FLAGS", since, Compare, token);
        else await source.FactsAsync(known, "FLAGS", Compare, token);
        if (changes.Count > 0) await output.WriteAsync(new FlagsItem(folder, changes), token);
    }

    /// <summary>
    /// One command for all that follows in one row: the server sends without a pause. Two commands at once would not do, for a server may
    /// answer them side by side (Dovecot does) and the order of the folder would be lost.
    /// </summary>
    private async Task FetchAsync(FolderWork folder, ReadPlan plan, CancellationToken token)
    {
        if (plan.ToCopy.Count == 0) return;
        var sink = new MessageSink(run, folder, output, pool, source.Capabilities.Binary ? _nul : null) { WriterIsIdle = WriterIsIdle };
        try
        {
            foreach (var (text, uids, alone) in Parts(folder, plan))
            {
                var suspect = alone && folder.SourceSuspects.Contains(uids.Last);
                if (suspect) await ControlAsync(sink, plan.LastKnown, token);
                if (folder.SourceSuspects.Guilt(uids.Last) is { } guilt)
                {
                    await sink.UnreadableAsync(uids.Last, $"The source does not give this message. {guilt}", token);
                    continue;
                }

                Trial = suspect;
                sink.Expect(uids);
                if (run.FactsFirst) await FactsAsync(sink, text, token);
                await FetchAsync(folder, sink, text, uids, token);
                Trial = false;
                if (suspect) folder.SourceSuspects.Acquit(uids.Last);
            }

            await sink.FlushAsync(token);
        }
        catch
        {
            Awaited = sink.Awaited;
            sink.Abandon();
            throw;
        }
    }

    private async Task ControlAsync(MessageSink sink, uint known, CancellationToken token)
    {
        sink.Expect(new());
        await source.ControlAsync(known, token);
    }

    /// <summary>The messages in parts of one command each; one at which the source was lost before, or that holds NUL, stands alone.</summary>
    private static IEnumerable<(string Text, UidSet Uids, bool Alone)> Parts(FolderWork folder, ReadPlan plan)
    {
        if (!folder.SourceSuspects.Any && folder.WithNul.Count == 0) return plan.ToCopy.Chunks(ChunkSize, plan.All).Select(static part => (part.Text, part.Uids, false));
        return Split(folder, plan);
    }

    private static IEnumerable<(string Text, UidSet Uids, bool Alone)> Split(FolderWork folder, ReadPlan plan)
    {
        var row = new UidSet();
        foreach (var uid in plan.ToCopy.Each())
        {
            if (!folder.SourceSuspects.Contains(uid) && !folder.WithNul.Contains(uid))
            {
                row.Add(uid);
                continue;
            }

            foreach (var (text, uids) in row.Chunks(ChunkSize, plan.All)) yield return (text, uids, false);
            row = new();
            var alone = new UidSet();
            alone.Add(uid);
            yield return (alone.ToString(), alone, true);
        }

        foreach (var (text, uids) in row.Chunks(ChunkSize, plan.All)) yield return (text, uids, false);
    }

    private async Task FetchAsync(FolderWork folder, MessageSink sink, string text, UidSet uids, CancellationToken token)
    {
        var body = folder.WithNul.Contains(uids.Last) ? "BINARY.PEEK[]" : "BODY.PEEK[]";
        sink.Expect(uids);
        var status = await source.EndAsync(source.BeginBodies(text, body), sink.Take, token, sink);
        if (sink.Refusal is { } refusal) throw refusal;
        var missing = sink.Missing();
        if (missing.Count == 0) return;
        if (status.IsBusy(source.Side)) throw source.Refused(status, "UID FETCH");
        if (status.Kind == StatusKind.Bad) throw source.Refused(status, "UID FETCH");
        foreach (var uid in missing.Each()) await MissingAsync(sink, uid, status, token);
    }

    /// <summary>
    /// A message that a FETCH left out: gone meanwhile, or the server cannot read it. It is asked for alone; when it is still there and does
    /// not come, it is unreadable.
    /// </summary>
    private async Task MissingAsync(MessageSink sink, uint uid, ImapStatus status, CancellationToken token)
    {
        var only = new UidSet();
        only.Add(uid);
        sink.Expect(only);
        var alone = await source.EndAsync(source.BeginBodies(only.ToString(), "BODY.PEEK[]"), sink.Take, token, sink);
        if (sink.Refusal is { } refusal) throw refusal;
        if (sink.Missing().Count == 0) return;
        if (alone.IsBusy(source.Side)) throw source.Refused(alone, "UID FETCH");
        var stillThere = false;
        await source.FactsAsync(only.ToString(), "FLAGS", (in FetchItems items) => stillThere |= items.Uid == uid, token);
        if (stillThere) await sink.UnreadableAsync(uid, $"The source does not give this message: {(alone.Ok ? status : alone).Text}", token);
    }

    private async Task FactsAsync(MessageSink sink, string uids, CancellationToken token)
    {
        sink.ForgetFacts();
        var tag = source.BeginLine($"UID FETCH {uids} (UID FLAGS INTERNALDATE)");
        await source.EndOkAsync(tag, "UID FETCH", (uint number, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
        {
            if (System.Text.Ascii.EqualsIgnoreCase(name, "FETCH"u8)) sink.TakeFacts(number, FetchItems.Read(ref rest));
        }, token);
    }

    private void Refuse(FolderWork folder, TransferFailure failure)
    {
        folder.Refused = folder.SourceStatus.Messages;
        run.Except($"{folder.Map.SourcePath} ; {folder.SourceStatus.UidValidity}", failure, "Ask the old host to make this folder readable, then run again.");
    }
}

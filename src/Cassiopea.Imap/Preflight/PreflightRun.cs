using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Journal;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Preflight;

/// <summary>One dry run.</summary>
internal sealed class PreflightRun(ImapAccount source, ImapAccount target, string? journalDirectory, MailboxTransferOptions options, TimeProvider time) : IAsyncDisposable
{
    /// <summary>A message beyond this may be refused by a target that does not tell its limit.</summary>
    private const long Doubtful = 20_000_000;

    private readonly List<PredictedPlace> _places = [];
    private readonly DurationEstimate _duration = new();
    private readonly HashSet<ulong> _labelled = [];
    private ImapConnection? _source, _target;
    private (MappedFolder Folder, List<MessageFacts> Messages)? _largest;
    private long _messages, _bytes, _known, _excluded, _older, _olderBytes, _doubtful, _largestDoubtful;
    private long? _free, _limit;

    public PreflightProblems Problems { get; } = new();

    public async Task RunAsync(CancellationToken token)
    {
        _source = await EnterAsync(source, TransferSide.Source, token);
        _target = await EnterAsync(target, TransferSide.Target, token);
        if (_source is null) return;
        var from = await AccountFolders.ReadAsync(_source, sizes: true, token);
        var known = _target is null ? null : await AccountFolders.ReadAsync(_target, sizes: false, token);
        var gmail = GmailPlan.Applies(_source);
        bool IsMapped(ListedFolder folder) => FolderMapping.IsMapped(options, NameStyle.Path(FolderMapping.LevelsOf(from.Style, folder)));
        Unreadable(from, IsMapped);
        using var journal = OpenJournal();
        var copied = from.Own.Concat(from.Others.Where(IsMapped)).Where(static folder => folder is { Selectable: true, Exists: true, Status: not null }).ToList();
        var mapped = new FolderMapping(options, from.Style, known?.Style ?? from.Style, known?.Own ?? [], gmail).Map(copied, name => journal?.Find(name));
        if (_target is not null) await LimitsAsync(_target, token);
        if (gmail) mapped = [.. mapped.Select(folder => folder with { Excluded = folder.Excluded || GmailPlan.LeavesOut(folder.Source, options.GmailLabels) }).OrderBy(static folder => folder.Source.Use == SpecialUse.All)];
        foreach (var folder in mapped) await MeasureAsync(_source, folder, known, journal, token);
        Problems.Names([.. mapped.Where(static folder => !folder.Excluded)], known);
        Judge();
        _duration.SourceAnswer = await DurationEstimate.AnswerAsync(_source, time, token);
        if (_target is not null) _duration.TargetAnswer = await DurationEstimate.AnswerAsync(_target, time, token);
        if (_largest is { } sample) await _duration.SampleAsync(_source, sample.Folder.Source.Name, sample.Messages, time, token);
    }

    public MailboxPreflightResult Result(DateTimeOffset startedAt, DateTimeOffset finishedAt, double seconds)
    {
        var (items, bytes) = (_places.Sum(static place => place.Items), _places.Sum(static place => place.Bytes));
        var (least, most) = _duration.For(items, bytes, _places.Count, _target?.Capabilities ?? ImapCapabilities.None, options);
        return new(
            new(finishedAt, items, bytes, least, most, Problems.Refused, Problems.Blocking, _places), Problems.Found, _messages, _bytes, _known, _excluded, _older, _olderBytes,
            _free, _limit, startedAt, finishedAt, seconds, (_source?.RoundTrips ?? 0) + (_target?.RoundTrips ?? 0));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in (ImapConnection?[])[_source, _target])
        {
            if (connection is null) continue;
            await connection.LogoutAsync(CancellationToken.None);
            await connection.DisposeAsync();
        }
    }

    /// <summary>Null when the end does not let us in for a reason that only a person can change.</summary>
    private async Task<ImapConnection?> EnterAsync(ImapAccount account, TransferSide side, CancellationToken token)
    {
        try
        {
            return await ImapConnection.OpenAsync(account, side, new() { Idle = options.Idle, TrustedRoots = options.TrustedRoots, WithoutCapabilities = options.WithoutCapabilities }, token);
        }
        catch (ImapException refused) when (refused.Kind != TransferFailureKind.Passing)
        {
            Problems.Block($"{account.Endpoint.Url} ; login", refused.Failure, refused.Code == TransferCode.AuthenticationFailed
                ? "Check login name and password, and whether the account allows IMAP."
                : "Check host, port and protection (tls) with the administrator of that server.");
            return null;
        }
    }

    private AccountJournal? OpenJournal()
    {
        if (journalDirectory is null || !File.Exists(Path.Combine(journalDirectory, "account.journal"))) return null;
        try
        {
            return AccountJournal.Open(journalDirectory, MailboxTransfer.Key(source), MailboxTransfer.Key(target));
        }
        catch (TransferException held)
        {
            Problems.Block("journal", held.Failure, "Wait for the other run, or name another journal.");
            return null;
        }
    }

    private void Unreadable(AccountFolders from, Func<ListedFolder, bool> isMapped)
    {
        foreach (var folder in from.Own.Where(static folder => folder is { Selectable: true, Exists: true, Status: null }))
            Unreadable(folder.Name);
        foreach (var other in from.Others.Where(folder => folder.Selectable && !isMapped(folder)))
            Problems.Notice($"{other.Name} ; folder", TransferSide.Source, TransferCode.NotExpressible, "A shared folder or one of somebody else: it is not copied.", "Tell the member; map it by hand where it is wanted.");
    }

    private void Unreadable(string name) => Problems.Except(
        $"{name} ; folder", new(TransferSide.Source, TransferFailureKind.Refused, TransferCode.PermissionDenied, "The source lists this folder but does not let it be opened."), "Ask the old host to make this folder readable, then run again.");

    private async Task LimitsAsync(ImapConnection connection, CancellationToken token)
    {
        _limit = await connection.AppendLimitAsync(token);
        if (await connection.QuotaAsync("INBOX", token) is { LimitBytes: > 0 } quota) _free = Math.Max(0, quota.LimitBytes - quota.UsedBytes);
    }

    private async Task MeasureAsync(ImapConnection connection, MappedFolder folder, AccountFolders? known, AccountJournal? journal, CancellationToken token)
    {
        if (folder.Excluded)
        {
            var status = folder.Source.Status!;
            (_messages, _excluded, _bytes) = (_messages + status.Messages, _excluded + status.Messages, _bytes + Math.Max(0, status.Size));
            return;
        }

        var all = new List<MessageFacts>();
        uint validity;
        try
        {
            validity = await FolderFacts.ReadAsync(connection, folder.Source.Name, all.Add, token);
        }
        catch (ImapException refused) when (refused.ConnectionUsable)
        {
            Unreadable(folder.SourcePath);
            return;
        }

        (_messages, _bytes) = (_messages + all.Count, _bytes + all.Sum(static message => message.Size));
        var before = Known(folder, journal, validity);
        _known += all.RemoveAll(message => before.Contains(message.Uid));
        _excluded += all.RemoveAll(message => message.GmailId != 0 && !_labelled.Add(message.GmailId)); // one copy of each message, whatever its labels
        if (options.OnlineSince is { } since) Leave(all, since);
        foreach (var message in all) Judge(folder, validity, message);
        var there = known?.Find(folder.Target);
        if (before.Count == 0 && all.Count > 0 && there?.Status is { Messages: > 0 } status2)
            Problems.Notice($"{folder.SourcePath} ; {folder.TargetPath}", TransferSide.Target, TransferCode.NotExpressible, $"The target folder holds {status2.Messages} messages already: those equal to the source's are not copied again, so that fewer may be copied than foretold.", "Nothing.");
        _places.Add(new(folder.SourcePath, known is null ? "" : folder.TargetPath, all.Count, all.Sum(static message => message.Size), there is { Selectable: true }));
        if (all.Count > (_largest?.Messages.Count ?? 0)) _largest = (folder, all);
    }

    private static HashSet<uint> Known(MappedFolder folder, AccountJournal? journal, uint validity)
    {
        if (journal?.Find(folder.Source.Name) is not { } entry) return [];
        using var open = journal.Open(entry);
        return open.SourceValidity != validity ? [] : open.Entries.Where(static one => one.State is EntryState.Done or EntryState.DoneUnchecked).Select(static one => one.Uid).ToHashSet();
    }

    private void Leave(List<MessageFacts> all, DateTimeOffset since)
    {
        var old = all.Where(message => message.Date.IsBefore(since)).ToList();
        (_older, _olderBytes, _excluded) = (_older + old.Count, _olderBytes + old.Sum(static message => message.Size), _excluded + old.Count);
        all.RemoveAll(message => message.Date.IsBefore(since));
    }

    private void Judge(MappedFolder folder, uint validity, MessageFacts message)
    {
        if (_limit is { } limit && message.Size > limit)
            Problems.Refuse(folder.SourcePath, validity, message.Uid, TransferCode.TooBig, $"The message has {message.Size} bytes; the target takes {limit}.", "Ask for a larger limit at the target, or keep this message in the local archive.");
        else if (message.Size == 0)
            Problems.Refuse(folder.SourcePath, validity, message.Uid, TransferCode.ItemRefused, "The message is empty, which servers refuse.", "Nothing, when nobody misses it; it can be kept in the local archive.");
        else if (_limit is null && message.Size > Doubtful)
            (_doubtful, _largestDoubtful) = (_doubtful + 1, Math.Max(_largestDoubtful, message.Size));
    }

    private void Judge()
    {
        if (_doubtful > 0)
            Problems.Notice("large messages", TransferSide.Target, TransferCode.TooBig, $"The target does not tell its largest message; {_doubtful} have more than {Doubtful} bytes, the largest {_largestDoubtful}.", "Ask the provider; what it refuses is listed by the run.");
        if (_free is not { } free) return;
        var needed = _places.Sum(static place => place.Bytes);
        if (needed > free)
            Problems.Block("quota", new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.OverQuota, $"The target has room for {free} bytes; {needed} are needed."), "Ask for more room, or keep older messages in a local archive (--online-since, --archive).");
        else if (needed > free / 10 * 9)
            Problems.Notice("quota", TransferSide.Target, TransferCode.OverQuota, $"{needed} bytes go into a room of {free}: little is left.", "Ask for more room before the move.");
    }
}

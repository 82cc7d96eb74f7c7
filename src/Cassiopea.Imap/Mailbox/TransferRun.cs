using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>What all connections of one run share.</summary>
internal sealed class TransferRun(ImapAccount source, ImapAccount target, MailboxTransferOptions options, AccountJournal journal, TimeProvider time)
{
    private const int MostExceptions = 10_000;
    private readonly Lock _lock = new();
    private readonly List<ReportException> _exceptions = [];
    private readonly List<ImapConnection> _connections = [];
    private readonly Dictionary<string, long> _notExpressed = new(StringComparer.Ordinal);
    private long _lastProgress;
    private long _closedRoundTrips;

    public MailboxTransferOptions Options { get; } = options;

    public AccountJournal Journal { get; } = journal;

    public TimeProvider Time { get; } = time;

    public TransferProgress Progress { get; } = new(time);

    public Throttle Throttle { get; } = new(options.BytesPerSecond, time);

    /// <summary>Set when a server gives bodies before flags and dates: then these are asked for first.</summary>
    public bool FactsFirst { get; set; }

    /// <summary>When a message was last proven at the target, or refused for good.</summary>
    public long LastSuccess { get; private set; } = TimeProvider.System.GetTimestamp();

    public long ExceptionCount { get; private set; }

    /// <summary>Exceptions that make the two ends unequal.</summary>
    public long Unequal { get; private set; }

    public IReadOnlyList<ReportException> Exceptions => _exceptions;

    public long RoundTrips
    {
        get
        {
            lock (_lock) return _closedRoundTrips + _connections.Sum(static connection => connection.RoundTrips);
        }
    }

    public Task<ImapConnection> OpenSourceAsync(CancellationToken token) => OpenAsync(source, TransferSide.Source, token);

    public Task<ImapConnection> OpenTargetAsync(CancellationToken token) => OpenAsync(target, TransferSide.Target, token);

    /// <summary>Ends a connection politely and keeps its counts.</summary>
    public async ValueTask CloseAsync(ImapConnection? connection)
    {
        if (connection is null) return;
        lock (_lock)
        {
            if (_connections.Remove(connection)) _closedRoundTrips += connection.RoundTrips;
        }

        await connection.LogoutAsync(CancellationToken.None);
        await connection.DisposeAsync();
    }

    /// <summary>Lists a message that did not arrive as it was.</summary>
    public void Except(FolderWork folder, uint uid, TransferFailure failure, string action) =>
        Except($"{folder.Map.SourcePath} ; {folder.SourceStatus.UidValidity} ; {uid}", failure, action);

    /// <summary>Lists anything else.</summary>
    public void Except(string item, TransferFailure failure, string action)
    {
        Note(item, failure, action);
        lock (_lock) Unequal++;
    }

    /// <summary>Lists what is worth knowing but made nothing unequal.</summary>
    public void Note(string item, TransferFailure failure, string action)
    {
        lock (_lock)
        {
            ExceptionCount++;
            if (_exceptions.Count < MostExceptions)
                _exceptions.Add(new(item.Length > 300 ? item[..300] : item, failure.Side, failure.Kind, failure.Code, failure.Text, action));
        }
    }

    /// <summary>Counts a flag that the target does not keep; listed once per folder and flag by <see cref="ListNotExpressed"/>.</summary>
    public void NotExpressed(FolderWork folder, FlagSet flags, FlagSet kept)
    {
        lock (_lock)
        {
            foreach (var flag in flags.Flags.Except(kept.Flags, StringComparer.OrdinalIgnoreCase))
            {
                var key = $"{folder.Map.SourcePath} ; flag {flag}";
                _notExpressed[key] = _notExpressed.GetValueOrDefault(key) + 1;
            }
        }
    }

    public void ListNotExpressed()
    {
        foreach (var (item, count) in _notExpressed)
        {
            Except(item, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, $"The target does not keep this flag ({count} messages)."), "Nothing: the messages arrived without it.");
        }

        _notExpressed.Clear();
    }

    public void Arrived(long messages, long bytes)
    {
        Passed();
        Progress.Advance(messages, bytes);
        Tell(last: false);
    }

    /// <summary>A message that stays behind is no reason to give up those behind it.</summary>
    public void Passed() => LastSuccess = TimeProvider.System.GetTimestamp();

    /// <summary>Says how far it is, when somebody listens and the last time is long enough ago.</summary>
    public void Tell(bool last)
    {
        if (Options.Progress is not { } listener) return;
        var now = Time.GetTimestamp();
        var before = Volatile.Read(ref _lastProgress);
        if (!last && before != 0 && Time.GetElapsedTime(before, now) < Options.ProgressEvery) return;
        if (Interlocked.CompareExchange(ref _lastProgress, now, before) == before || last) listener(Progress.Snapshot());
    }

    private async Task<ImapConnection> OpenAsync(ImapAccount account, TransferSide side, CancellationToken token)
    {
        var connection = await ImapConnection.OpenAsync(account, side, new()
        {
            Idle = Options.Idle,
            TrustedRoots = Options.TrustedRoots,
            WithoutCapabilities = Options.WithoutCapabilities,
        }, token);
        lock (_lock) _connections.Add(connection);
        return connection;
    }
}

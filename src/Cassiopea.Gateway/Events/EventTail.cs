using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Events;

/// <summary>Reads the event log once for all live streams of this process and keeps the newest events in memory; a stream that is further behind reads the database itself.</summary>
internal sealed class EventTail(IServiceScopeFactory scopes, ILogger<EventTail> log) : BackgroundService
{
    const int Kept = 4096;
    const int Page = 500;
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    readonly Lock _lock = new();
    readonly Queue<EventRow> _kept = new();
    readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long _keptFrom;
    long _last = -1;

    /// <summary>Number of the newest event that was read; -1 before the first reading.</summary>
    public long Last
    {
        get
        {
            lock (_lock)
                return _last;
        }
    }

    /// <summary>Completes when the end of the log was found for the first time.</summary>
    public Task Started => _started.Task;

    /// <summary>Completes at the next event. Take it before reading, then nothing is missed.</summary>
    public Task News
    {
        get
        {
            lock (_lock)
                return _news.Task;
        }
    }

    /// <summary>Events after a number, from memory; null when memory does not reach back so far.</summary>
    public IReadOnlyList<EventRow>? After(long number)
    {
        lock (_lock)
            return _last < 0 || number < _keptFrom ? null : [.. _kept.SkipWhile(e => e.Id <= number)];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await ReadAsync(stoppingToken) == Page)
                {
                }
                await Task.Delay(Pace, TimeProvider.System, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is InvalidOperationException or System.Data.Common.DbException or TimeoutException)
            {
                log.EventTailFailed(failure);
                await Task.Delay(AfterFailure, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task<int> ReadAsync(CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<GatewayContext>();
        if (Last < 0)
        {
            var start = await db.Events.MaxAsync(e => (long?)e.Id, token) ?? 0;
            lock (_lock)
                (_last, _keptFrom) = (start, start);
            _started.TrySetResult();
        }

        var after = Last;
        var rows = await db.Events.AsNoTracking().Where(e => e.Id > after).OrderBy(e => e.Id).Take(Page).ToListAsync(token);
        if (rows.Count > 0)
            Keep(rows);
        return rows.Count;
    }

    void Keep(List<EventRow> rows)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            foreach (var row in rows)
                _kept.Enqueue(row);
            while (_kept.Count > Kept)
                _keptFrom = _kept.Dequeue().Id;
            _last = rows[^1].Id;
            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        news.SetResult();
    }
}

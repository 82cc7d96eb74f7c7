using System.Diagnostics;
using MassTransit;
using MassTransit.Logging;
using MassTransit.Middleware;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceDefaults;

/// <summary>
/// Sends what is due, then deletes it, in one transaction: a crash in between sends again with the same MessageId,
/// which the receivers' inboxes drop.
/// </summary>
internal sealed class OutboxDispatcher<TContext>(
    IServiceScopeFactory scopes,
    IBusControl bus,
    BrokerGuard guard,
    OutboxSignal signal,
    TimeProvider time,
    ILogger<OutboxDispatcher<TContext>> log)
    : BackgroundService where TContext : ServiceContext
{
    private const int Batch = 200;

    // the client's write queue holds 128 frames and may block for ever when the broker dies while it is full
    private const int AtOnce = 64;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await bus.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken);
            while (true)
            {
                if (await RoundOrPauseAsync(stoppingToken) < Batch) await signal.WaitAsync(Poll, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the host stops: what is left stays in its rows
        }
    }

    private async Task<int> RoundOrPauseAsync(CancellationToken token)
    {
        try
        {
            return await RoundAsync(token);
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            log.DispatchFailed(e);
            await Task.Delay(AfterFailure, TimeProvider.System, token);
            return 0;
        }
    }

    private async Task<int> RoundAsync(CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        var now = time.GetUtcNow();
        var rows = await db.Set<OutboxRow>()
            .FromSql($"select * from outbox where due_at <= {now} order by due_at, id limit {Batch} for update skip locked")
            .AsNoTracking().ToListAsync(token);
        ServiceMeters.OldestDue(rows.Count == 0 ? TimeSpan.Zero : now.UtcDateTime - rows[0].DueAt);
        if (rows.Count == 0) return 0;

        var outcomes = new List<Exception?>();
        foreach (var some in rows.Chunk(AtOnce)) outcomes.AddRange(await Task.WhenAll(some.Select(row => SendAsync(row, token))));
        var sent = rows.Zip(outcomes).Where(pair => pair.Second is null).Select(pair => pair.First.Id).ToArray();
        await db.Database.ExecuteSqlAsync($"delete from outbox where id = any({sent})", token);
        foreach (var (row, failure) in rows.Zip(outcomes).Where(pair => pair.Second is not null))
        {
            var error = $"{failure!.GetType().Name}: {failure.Message}";
            await db.Database.ExecuteSqlAsync($"""
                update outbox set attempts = attempts + 1, last_error = {error},
                    due_at = {now} + least(300, power(2, least(attempts, 9))) * interval '1 second'
                where id = {row.Id}
                """, token);
        }

        await transaction.CommitAsync(token);

        ServiceMeters.Sent.Add(sent.Length);
        guard.SendsHang(sent.Length == 0 && outcomes.Exists(failure => failure is TimeoutException));
        foreach (var row in rows) ServiceMeters.Lag.Record((now.UtcDateTime - row.DueAt).TotalSeconds);
        return rows.Count;
    }

    /// <summary>Null when the broker has confirmed it, else why not.</summary>
    private async Task<Exception?> SendAsync(OutboxRow row, CancellationToken token)
    {
        var activity = LogContext.Current?.StartOutboxDeliverActivity(row);
        if (ActivityContext.TryParse(((MessageContext)row).Headers.Get<string>(OutboxRow.LinkHeader), null, isRemote: true, out var origin))
            activity?.Activity.AddLink(new ActivityLink(origin));
        try
        {
            // not cancelled but left: a cancelled publish can confuse the client's count of confirms; sent later, it is a duplicate
            await SendNowAsync(row).WaitAsync(SendLimit, TimeProvider.System, token);
            return null;
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            activity?.AddExceptionEvent(e);
            log.NotSent(e, row.MessageType, row.DestinationAddress?.AbsolutePath, row.Attempts + 1);
            return e;
        }
        finally
        {
            activity?.Stop();
        }
    }

    private async Task SendNowAsync(OutboxRow row)
    {
        var endpoint = await bus.GetSendEndpoint(row.DestinationAddress!);
        await endpoint.Send(new SerializedMessageBody(), new OutboxMessageSendPipe(row, row.DestinationAddress), CancellationToken.None);
    }
}

/// <summary>Forgets inbox rows after two weeks: no broker redelivers later than that.</summary>
internal sealed class InboxCleaner<TContext>(IServiceScopeFactory scopes, ILogger<InboxCleaner<TContext>> log) : BackgroundService
    where TContext : ServiceContext
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await using var scope = scopes.CreateAsyncScope();
                    await scope.ServiceProvider.GetRequiredService<TContext>().Database
                        .ExecuteSqlAsync($"delete from inbox where received_at < now() - interval '14 days'", stoppingToken);
                }
                catch (Exception e) when (Retrying.DatabaseAway(e))
                {
                    log.CleaningPostponed(e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the host stops
        }
    }
}

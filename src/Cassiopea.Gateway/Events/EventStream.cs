using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Events;

/// <summary>What a live stream wants to see.</summary>
internal sealed record EventFilter(Guid? MemberId, Guid? MigrationId)
{
    public bool Takes(EventRow row) =>
        (MemberId is null || row.MemberId == MemberId) && (MigrationId is null || row.MigrationId == MigrationId);

    public IQueryable<EventRow> Apply(IQueryable<EventRow> rows) =>
        rows.Where(e => (MemberId == null || e.MemberId == MemberId) && (MigrationId == null || e.MigrationId == MigrationId));
}

/// <summary>One live stream: all events after a number, in order, without gaps; null at each silence as long as the heartbeat.</summary>
internal sealed class EventStream(EventTail tail, IServiceScopeFactory scopes)
{
    const int Page = 500;

    public async IAsyncEnumerable<EventRow?> FollowAsync(
        long after, EventFilter filter, TimeSpan heartbeat, [EnumeratorCancellation] CancellationToken token)
    {
        await tail.Started.WaitAsync(token);
        while (true)
        {
            var news = tail.News;
            IReadOnlyList<EventRow> rows;
            if (tail.After(after) is { } kept)
            {
                rows = [.. kept.Where(filter.Takes)];
                if (kept.Count > 0)
                    after = kept[^1].Id;
            }
            else
            {
                var upTo = tail.Last;
                rows = await ReadAsync(after, filter, token);
                after = rows.Count == Page ? rows[^1].Id : Math.Max(Math.Max(after, upTo), rows.Count > 0 ? rows[^1].Id : 0);
            }

            foreach (var row in rows)
                yield return row;
            if (rows.Count > 0 || tail.After(after) is null or { Count: > 0 })
                continue;
            if (!await HappensAsync(news, heartbeat, token))
                yield return null;
        }
    }

    static async Task<bool> HappensAsync(Task news, TimeSpan heartbeat, CancellationToken token)
    {
        try
        {
            await news.WaitAsync(heartbeat, TimeProvider.System, token);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    async Task<IReadOnlyList<EventRow>> ReadAsync(long after, EventFilter filter, CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<GatewayContext>();
        return await filter.Apply(db.Events.AsNoTracking()).Where(e => e.Id > after).OrderBy(e => e.Id).Take(Page).ToListAsync(token);
    }
}

using System.Globalization;
using System.Text;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Gateway.Events;

/// <summary><c>GET /events</c>: Server-Sent Events (WHATWG HTML §9.2). Event ids are global; <c>Last-Event-ID</c>, or <c>?after=</c>, resumes without a gap.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder api) =>
        api.MapGet("/events", StreamAsync)
            .Produces<string>(contentType: "text/event-stream")
            .WithSummary("Live stream of progress, state, operation and message events").WithTags("events");

    /// <summary>The same stream for pages, opened by the session's cookie.</summary>
    public static void MapLive(this IEndpointRouteBuilder pages) => pages.MapGet("/direct", StreamAsync);

    static async Task<IResult> StreamAsync(
        HttpContext http, Caller caller, GatewayContext db, EventStream stream, IOptions<GatewayOptions> options, TimeProvider time,
        IHostApplicationLifetime lifetime, Guid? member, Guid? migration, long? after, CancellationToken token)
    {
        if (!caller.Sees(member ?? caller.MemberId))
            return Problem.NotFound();
        var resume = http.Request.Headers["Last-Event-ID"].ToString();
        if (resume.Length > 0)
            after = long.TryParse(resume, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (after is null && resume.Length > 0)
            return Problem.Of(ProblemCode.Malformed, "Last-Event-ID must be the id of an event of this stream.");
        var newest = await db.Events.MaxAsync(e => (long?)e.Id, token) ?? 0;

        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(token, lifetime.ApplicationStopping);
        var filter = new EventFilter(member ?? caller.MemberId, migration);
        try
        {
            await http.Response.WriteAsync("retry: 1000\n\n", ends.Token);
            await http.Response.Body.FlushAsync(ends.Token);
            await foreach (var row in stream.FollowAsync(Math.Min(after ?? newest, newest), filter, options.Value.Heartbeat, ends.Token))
            {
                if (row is null && !await IsLiveAsync(db, caller, time, ends.Token))
                    break;
                await http.Response.WriteAsync(row is null ? ": heartbeat\n\n" : Format(row), ends.Token);
                await http.Response.Body.FlushAsync(ends.Token);
            }
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // the client left or the gateway stops: the client resumes where it was
        }
        return TypedResults.Empty;
    }

    static string Format(EventRow row)
    {
        var text = new StringBuilder();
        text.Append("id: ").Append(row.Id.ToString(CultureInfo.InvariantCulture)).Append('\n');
        text.Append("event: ").Append(row.Type).Append('\n');
        foreach (var line in row.Data.Split('\n'))
            text.Append("data: ").Append(line).Append('\n');
        return text.Append('\n').ToString();
    }

    // a key that was revoked or that ended loses its stream at the next silence
    static Task<bool> IsLiveAsync(GatewayContext db, Caller caller, TimeProvider time, CancellationToken token)
    {
        var now = time.GetUtcNow();
        return db.ApiKeys.Where(k => k.Id == caller.KeyId && k.RevokedAt == null && k.ExpiresAt > now).Select(k => k.Id)
            .Concat(db.Sessions.Where(s => s.Id == caller.KeyId && s.RevokedAt == null && s.ExpiresAt > now).Select(s => s.Id)).AnyAsync(token);
    }
}

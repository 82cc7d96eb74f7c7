using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Api;

/// <summary>Servers that items come from and go to.</summary>
internal static class HostEndpoints
{
    const string Hosts =
        """
        select e.side, coalesce(e.place ->> 'host', ''), coalesce(e.place ->> 'protocol', ''), coalesce(e.place ->> 'tls', ''), count(*)::int,
               count(*) filter (where i.state = 'Copying')::int, count(*) filter (where i.state = 'NeedsStaff')::int,
               count(*) filter (where i.state in ('InSync', 'CutOver', 'Done', 'DoneWithExceptions'))::int
        from item i cross join lateral (values ('source', i.source), ('target', i.target)) as e(side, place)
        where jsonb_typeof(e.place) = 'object' and i.state <> 'Excluded'
        group by 1, 2, 3, 4 order by 1, 5 desc, 2 limit 500
        """;

    public static void MapHosts(this IEndpointRouteBuilder api) =>
        api.MapGet("/hosts", async (GatewayContext db, CancellationToken token) => TypedResults.Ok(await HostsAsync(db, token)))
            .WithSummary("Servers that items come from and go to, with how many wait, copy and are done").WithTags("hosts");

    public static async Task<List<HostView>> HostsAsync(GatewayContext db, CancellationToken token)
    {
        var hosts = new List<HostView>();
        await db.Database.OpenConnectionAsync(token);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = Hosts;
            await using var rows = await command.ExecuteReaderAsync(token);
            while (await rows.ReadAsync(token))
            {
                hosts.Add(new HostView(
                    rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetString(3), rows.GetInt32(4), rows.GetInt32(5), rows.GetInt32(6), rows.GetInt32(7)));
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
        return hosts;
    }
}

/// <summary>A server at one end.</summary>
internal sealed record HostView(string Side, string Host, string Protocol, string Tls, int Items, int Copying, int Stuck, int Done);

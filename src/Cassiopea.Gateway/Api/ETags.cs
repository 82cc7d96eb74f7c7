using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Cassiopea.Gateway.Api;

/// <summary>Strong entity tags (RFC 9110 §8.8.3).</summary>
internal static class ETags
{
    /// <summary>Of a migration with its items: the saga's version, and the sum of the items' versions, which only rises.</summary>
    public static async Task<string> OfAsync(GatewayContext db, MigrationRow migration, CancellationToken token)
    {
        var items = await db.Items.Where(i => i.MigrationId == migration.Id).SumAsync(i => i.Version, token);
        return $"\"{migration.Version}.{items}\"";
    }

    /// <summary>Of a member: when it was last said.</summary>
    public static string Of(MemberRow member) => $"\"{member.AsOf.UtcTicks}\"";

    /// <summary>Writes the tag; true when the caller already has this version (<c>If-None-Match</c>).</summary>
    public static bool IsKnown(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(new EntityTagHeaderValue(tag), useStrongComparison: false));
    }

    /// <summary>Null when <c>If-Match</c> names the tag; 428 when it is missing, 412 when it names another.</summary>
    public static IResult? Refuses(HttpContext http, string tag)
    {
        var wanted = http.Request.GetTypedHeaders().IfMatch;
        return wanted.Count == 0 ? Problem.Of(ProblemCode.IfMatchMissing)
            : wanted.Any(known => EntityTagHeaderValue.Any.Equals(known) || known.Compare(new EntityTagHeaderValue(tag), useStrongComparison: true)) ? null
            : Problem.Of(ProblemCode.VersionChanged);
    }

    /// <summary>Commands may, but need not, name the version that was decided on.</summary>
    public static async Task<IResult?> RefusesAsync(HttpContext http, GatewayContext db, MigrationRow migration, CancellationToken token) =>
        http.Request.Headers.IfMatch.Count == 0 ? null : Refuses(http, await OfAsync(db, migration, token));
}

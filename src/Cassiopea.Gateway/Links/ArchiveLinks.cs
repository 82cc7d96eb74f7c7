using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Idempotency;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Cassiopea.Gateway.Links;

/// <summary>Archives go to the member by one-time links, a part each, and can be resumed (RFC 9110 §14: Range, If-Range).</summary>
internal static class ArchiveLinks
{
    /// <summary>After the last octet went out a link still lives this long: the end of a download may be lost on its way.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    public static void MapArchiveLinks(this IEndpointRouteBuilder commands)
    {
        commands.MapPost("/items/{id:guid}/archive-links", async (
            Guid id, HttpRequest request, Caller caller, BoardQueries board, LinkDesk links, CancellationToken token) =>
            await board.ItemAsync(caller, id, token) is not { } item ? Problem.NotFound()
                : item.Arrangement?.Archive is not { } archive ? Problem.Of(ProblemCode.NotFound, "This item has no archive.")
                : (IResult)TypedResults.Ok(new ArchiveLinksMade(archive.ManifestSha256,
                    [.. archive.Parts.Select(p => (Part: p, Link: links.Make(request, LinkKind.Archive, item.MigrationId, id, p.Name, caller.Owner)))
                        .Select(p => new ArchiveLink(p.Part.Name, p.Part.Bytes, p.Part.Sha256, p.Link.Url, p.Link.ExpiresAt))])))
            .Produces<ArchiveLinksMade>().WithSummary("One-time links to the parts of an archive; shown once").WithTags("items");
        commands.MapPost("/items/{id:guid}/statistics-link", async (
            Guid id, HttpRequest request, Caller caller, BoardQueries board, LinkDesk links, CancellationToken token) =>
        {
            if (await board.ItemAsync(caller, id, token) is not { } item)
                return Problem.NotFound();
            if (item.Arrangement?.Statistics?.Saved?.Part is not { } part)
                return Problem.Of(ProblemCode.NotFound, "This item has no visit statistics.");
            var (url, expires) = links.Make(request, LinkKind.Archive, item.MigrationId, id, part.Name, caller.Owner);
            return (IResult)TypedResults.Ok(new ArchiveLinksMade(part.Sha256, [new ArchiveLink(part.Name, part.Bytes, part.Sha256, url, expires)]));
        })
        .Produces<ArchiveLinksMade>().WithSummary("A one-time link to a site's visit statistics; shown once").WithTags("items");
    }

    public static void MapArchiveDownloads(this IEndpointRouteBuilder open) =>
        open.MapMethods("/archives/{secret}", [HttpMethods.Get], DownloadAsync).ExcludeFromDescription();

    static async Task<IResult> DownloadAsync(string secret, HttpContext http, GatewayContext db, LinkDesk links, IOptions<GatewayOptions> options, CancellationToken token)
    {
        if (await links.FindAsync(LinkKind.Archive, secret, token) is not { } link || await PartAsync(db, link, token) is not { } part)
            return Problem.Of(ProblemCode.LinkOver);
        var file = new FileInfo(Path.Combine(options.Value.ArchiveDirectory, link.MigrationId.ToString("N"), link.ItemId.ToString("N"), "parts", Path.GetFileName(part.Name)));
        if (!file.Exists || file.Length != part.Bytes)
            return Problem.Of(ProblemCode.LinkOver);
        return new Delivery(file, part, link.Id, db, links);
    }

    static async Task<Contracts.ArchivePart?> PartAsync(GatewayContext db, OneTimeLink link, CancellationToken token)
    {
        var arrangement = (await db.Items.AsNoTracking().FirstOrDefaultAsync(i => i.Id == link.ItemId, token))?.Arrangement;
        return (arrangement?.Archive?.Parts ?? []).Append(arrangement?.Statistics?.Saved?.Part).FirstOrDefault(p => p?.Name == link.Part);
    }

    /// <summary>Sends what was asked for, then notes how far the file has gone out.</summary>
    sealed class Delivery(FileInfo file, Contracts.ArchivePart part, Guid linkId, GatewayContext db, LinkDesk links) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.CacheControl = "no-store";
            await TypedResults.PhysicalFile(
                file.FullName, part.Name.EndsWith(".zip", StringComparison.Ordinal) ? "application/zip" : "application/x-tar", part.Name, new DateTimeOffset(file.LastWriteTimeUtc), new EntityTagHeaderValue($"\"{part.Sha256}\""), enableRangeProcessing: true)
                .ExecuteAsync(httpContext);
            if (httpContext.RequestAborted.IsCancellationRequested || Sent(httpContext.Response) is not var (from, to))
                return;
            var link = await db.Links.SingleAsync(l => l.Id == linkId, CancellationToken.None);
            if (from <= link.Delivered)
                link.Delivered = Math.Max(link.Delivered, to);
            if (link.Delivered >= part.Bytes && link.UsedAt is null)
            {
                (link.UsedAt, link.ExpiresAt) = (links.Now, link.ExpiresAt < links.Now + Grace ? link.ExpiresAt : links.Now + Grace);
                links.NoteUse(link, $"{part.Name} was downloaded");
            }

            await db.SaveChangesAsync(CancellationToken.None);
        }

        (long From, long To)? Sent(HttpResponse response) => response.StatusCode switch
        {
            StatusCodes.Status200OK => (0, part.Bytes),
            StatusCodes.Status206PartialContent when response.GetTypedHeaders().ContentRange is { From: { } from, To: { } to } => (from, to + 1),
            _ => null,
        };
    }
}

/// <summary>A link to one part of an archive.</summary>
/// <param name="Part">File name.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">SHA-256, lower-case hex, to check the download.</param>
/// <param name="Url">The link, in the first answer only; null when the request is sent again.</param>
/// <param name="ExpiresAt">When it ends; sooner once the whole file went out.</param>
internal sealed record ArchiveLink(string Part, long Bytes, string Sha256, string? Url, DateTimeOffset ExpiresAt);

/// <summary>Links to all parts: unpack them over one another.</summary>
internal sealed record ArchiveLinksMade(string ManifestSha256, IReadOnlyList<ArchiveLink> Links) : IShownOnce
{
    public object WithoutSecret() => this with { Links = [.. Links.Select(l => l with { Url = null })] };
}

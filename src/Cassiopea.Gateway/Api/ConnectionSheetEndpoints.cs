using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Problems;
using Cassiopea.Sites.Profiles;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Endpoint = Cassiopea.Contracts.Endpoint;

namespace Cassiopea.Gateway.Api;

/// <summary>How to connect to each service at the old place or the new one, before departure: for the member and the receiving host, without any password.</summary>
internal static class ConnectionSheetEndpoints
{
    static readonly string[] Languages = ["fr", "nl", "en"];

    public static void MapConnectionSheet(this IEndpointRouteBuilder api) =>
        api.MapGet("/migrations/{id:guid}/connection-sheet", ShowAsync)
            .Produces<string>(StatusCodes.Status200OK, "text/html", "text/plain")
            .WithSummary("How to connect to each service, without passwords: side=source|target, language=fr|nl|en, format=html|text").WithTags("migrations");

    /// <summary>What the sheet says of one end.</summary>
    public static ConnectionEntry EntryOf(string name, Endpoint end) => new(
        end.Protocol is "ftps" ? "ftp" : end.Protocol,
        end.Host,
        end.Port,
        end.Protocol == "sftp" ? "ssh" : end.Tls switch { TlsPolicy.Implicit => "tls", TlsPolicy.StartTls => "starttls", _ => "none" },
        end.Login,
        string.IsNullOrEmpty(end.Path) ? name : $"{name} ({end.Path})");

    /// <summary>The sheet of one item in three languages, for a page that a stranger opens.</summary>
    public static string InAllLanguages(ItemRow item) => string.Concat(Languages.Select(language =>
        $"<section lang=\"{language}\"><h2>{ConnectionSheet.TitleOf(language)}</h2>\n{ConnectionSheet.ToTable(language, [EntryOf(item.Name, item.Source!)])}</section>\n"));

    static async Task<IResult> ShowAsync(
        Guid id, HttpContext http, Caller caller, BoardQueries board, GatewayContext db, IOptions<GatewayOptions> options, string? side, string? language, string? format, CancellationToken token)
    {
        if (await board.MigrationAsync(caller, id, token) is null)
            return Problem.NotFound();
        if (new Check().That(side is null or "source" or "target", "side", "must be source or target")
            .That(language is null || Languages.Contains(language), "language", "must be fr, nl or en").Refusal() is { } refusal)
            return refusal;
        if (format is not (null or "html" or "text"))
            return Problem.Of(ProblemCode.NotAcceptable);
        var items = await db.Items.AsNoTracking().Where(i => i.MigrationId == id && i.State != ItemState.Excluded).OrderBy(i => i.Kind).ThenBy(i => i.Name).ToListAsync(token);
        List<ConnectionEntry> entries = [.. items.Select(i => (i.Name, End: side == "target" ? i.Target : i.Source)).Where(i => i.End is not null).Select(i => EntryOf(i.Name, i.End!))];
        http.Response.Headers.CacheControl = "no-store";
        if (format == "text")
            return TypedResults.Text(ConnectionSheet.ToText(language ?? "fr", entries), "text/plain; charset=utf-8", Encoding.UTF8);
        var hasSite = items.Any(i => i.Kind is ItemKind.Site or ItemKind.Database);
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";
        return TypedResults.Content(
            ConnectionSheet.ToHtml(language ?? "fr", entries, hasSite ? HostingProfile.Load(options.Value.SourceProfile) : null, hasSite ? HostingProfile.Load(options.Value.TargetProfile) : null),
            "text/html; charset=utf-8",
            Encoding.UTF8);
    }
}

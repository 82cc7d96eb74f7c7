using Cassiopea.Contracts;
using Cassiopea.Gateway.Api;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Pages.Staff;

/// <summary>The console's pages; the forms are in <see cref="StaffForms"/>.</summary>
internal static class StaffPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/equipe", async (HttpContext http, StaffDesk desk, CancellationToken token) => PageAnswer.Of<BoardPage>(http, await desk.BoardAsync(token)));
        pages.MapGet("/equipe/membres", async (HttpContext http, StaffDesk desk, CancellationToken token) => PageAnswer.Of<MembersPage>(http, await desk.MembersAsync(token)));
        pages.MapGet("/equipe/membres/{id:guid}", async (Guid id, HttpContext http, StaffDesk desk, CancellationToken token) => await MemberAsync(http, desk, id, token));
        pages.MapGet("/equipe/elements/{id:guid}", async (Guid id, HttpContext http, StaffDesk desk, CancellationToken token) => await ItemAsync(http, desk, id, token));
        pages.MapGet("/equipe/incidents", async (HttpContext http, StaffDesk desk, string? code, CancellationToken token) => PageAnswer.Of<IncidentsPage>(http, await desk.IncidentsAsync(code, token)));
        pages.MapGet("/equipe/approbations", async (HttpContext http, StaffDesk desk, CancellationToken token) => PageAnswer.Of<DecisionsPage>(http, await desk.DecisionsAsync(token)));
        pages.MapGet("/equipe/serveurs", async (HttpContext http, GatewayContext db, CancellationToken token) => PageAnswer.Of<HostsPage>(http, await HostEndpoints.HostsAsync(db, token)));
        pages.MapGet("/equipe/audit", AuditAsync);
        pages.MapGet("/equipe/personnes", async (HttpContext http, StaffDesk desk, CancellationToken token) => PageAnswer.Of<PeoplePage>(http, await desk.PeopleAsync(null, token)));
        pages.MapGet("/equipe/chercher", SearchAsync);
        pages.MapStaffForms();
        pages.MapWork();
    }

    public static async Task<IResult> MemberAsync(HttpContext http, StaffDesk desk, Guid id, CancellationToken token, int status = 200, string? link = null) =>
        await desk.MemberAsync(id, link, token) is { } model ? PageAnswer.Of<MemberPage>(http, model, status) : Results.NotFound();

    public static async Task<IResult> ItemAsync(HttpContext http, StaffDesk desk, Guid id, CancellationToken token, int status = 200) =>
        await desk.ItemAsync(id, token) is { } model ? PageAnswer.Of<StaffItemPage>(http, model, status) : Results.NotFound();

    static async Task<IResult> AuditAsync(HttpContext http, GatewayContext db, string? qui, string? quoi, string? objet, long? avant, bool? verifier, CancellationToken token)
    {
        var rows = await db.Set<AuditEntry>().AsNoTracking()
            .Where(e => (string.IsNullOrEmpty(qui) || e.Actor == qui) && (string.IsNullOrEmpty(quoi) || e.Action == quoi) && (string.IsNullOrEmpty(objet) || e.Object == objet) && (avant == null || e.Seq < avant))
            .OrderByDescending(e => e.Seq).Take(101).ToListAsync(token);
        var check = verifier == true ? await AuditChain.VerifyAsync(db, token) : null;
        return PageAnswer.Of<AuditPage>(http, new AuditModel([.. rows.Take(100).Select(AuditView.Of)], rows.Count > 100 ? rows[99].Seq : null, check));
    }

    /// <summary>Ctrl-K: one hit opens at once, several are listed.</summary>
    static async Task<IResult> SearchAsync(HttpContext http, GatewayContext db, string? q, CancellationToken token)
    {
        var text = (q ?? "").Trim();
        if (text.Length == 0)
            return PageAnswer.Of<SearchPage>(http, new SearchModel("", [], []));
        var like = "%" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";
        var members = await db.Members.AsNoTracking()
            .Where(m => EF.Functions.ILike(m.Reference, like) || EF.Functions.ILike(m.Name, like) || EF.Functions.ILike(m.ContactEmail, like)).OrderBy(m => m.Reference).Take(50).ToListAsync(token);
        var items = await db.Items.AsNoTracking().Where(i => EF.Functions.ILike(i.Name, like)).OrderBy(i => i.Name).Take(50)
            .Select(i => new ItemHit(i.Id, i.Kind, i.Name, i.State)).ToListAsync(token);
        return members.Count == 1 && items.Count == 0 ? PageAnswer.Next($"/equipe/membres/{members[0].Id}")
            : members.Count == 0 && items.Count == 1 ? PageAnswer.Next($"/equipe/elements/{items[0].Id}")
            : PageAnswer.Of<SearchPage>(http, new SearchModel(text, [.. members.Select(MemberView.Of)], items));
    }
}

internal sealed record AuditModel(IReadOnlyList<AuditView> Rows, long? Older, AuditVerdict? Check);

internal sealed record SearchModel(string Text, IReadOnlyList<MemberView> Members, IReadOnlyList<ItemHit> Items);

internal sealed record ItemHit(Guid Id, ItemKind Kind, string Name, ItemState State);

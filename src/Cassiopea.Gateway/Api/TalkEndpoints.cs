using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Api;

/// <summary>Messages between a member and the house, and the date that the member would like.</summary>
internal static class TalkEndpoints
{
    static readonly string[] Subjects = ["invoice", "access", "special", "date", "other"];
    static readonly TimeSpan Soonest = TimeSpan.FromDays(1), Latest = TimeSpan.FromDays(365);

    public static void MapTalk(this IEndpointRouteBuilder api, IEndpointRouteBuilder commands)
    {
        api.MapGet("/members/{id:guid}/messages", async (Guid id, Caller caller, BoardQueries board, GatewayContext db, CancellationToken token) =>
            await board.MemberAsync(caller, id, token) is null ? Problem.NotFound() : (IResult)TypedResults.Ok(await ListAsync(db, caller, id, token)))
            .Produces<List<MessageView>>().WithSummary("Messages with a member, oldest first; a member does not see the house's notes").WithTags("messages");
        api.MapGet("/messages", async (GatewayContext db, CancellationToken token) =>
            TypedResults.Ok((await db.Messages.AsNoTracking().Where(m => m.ClosedAt == null && m.FromMember).OrderBy(m => m.Id).Take(200).ToListAsync(token)).ConvertAll(MessageView.Of)))
            .WithSummary("Members' messages that nobody closed, oldest first").WithTags("messages");
        commands.MapPost("/members/{id:guid}/messages", WriteAsync)
            .Produces<MessageView>(StatusCodes.Status201Created).WithSummary("Write to the house, or to the member; internal = a note of the house").WithTags("messages");
        commands.MapPost("/messages/{id:guid}/commands/close", CloseAsync)
            .Produces<MessageView>().WithSummary("A member's message was dealt with").WithTags("messages");
        commands.MapPost("/migrations/{id:guid}/date-wish", WishAsync)
            .Produces<DateWishView>().WithSummary("The date that the member would like for the change").WithTags("migrations");
    }

    public static async Task<List<MessageView>> ListAsync(GatewayContext db, Caller caller, Guid memberId, CancellationToken token) =>
        (await db.Messages.AsNoTracking().Where(m => m.MemberId == memberId && (caller.MemberId == null || !m.Internal)).OrderBy(m => m.Id).Take(500).ToListAsync(token))
            .ConvertAll(MessageView.Of);

    static async Task<IResult> WriteAsync(Guid id, MessageBody body, Caller caller, BoardQueries board, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        if (await board.MemberAsync(caller, id, token) is null)
            return Problem.NotFound();
        var check = new Check()
            .That(Subjects.Contains(body.About), "about", $"must be one of {string.Join(", ", Subjects)}")
            .That(body.Text is { } text && text.Trim().Length is >= 3 and <= 4000 && !text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')), "text", "must have 3 to 4,000 characters");
        if (check.Refusal() is { } refusal)
            return refusal;
        if (body.ItemId is { } item && await board.ItemAsync(caller, item, token) is null)
            return Problem.NotFound();
        var row = new MessageRow
        {
            Id = Guid.CreateVersion7(desk.Now),
            MemberId = id,
            ItemId = body.ItemId,
            About = body.About!,
            Text = body.Text!.ReplaceLineEndings("\n").Trim(),
            Internal = body.Internal && caller.MemberId is null,
            Author = caller.Owner,
            FromMember = caller.MemberId is not null,
            At = desk.Now,
        };
        db.Messages.Add(row);
        desk.Note(caller.Owner, Verbs.WriteMessage, $"member/{id}", row.About);
        return TypedResults.Json(MessageView.Of(row), ApiJson.Options, statusCode: StatusCodes.Status201Created);
    }

    static async Task<IResult> CloseAsync(Guid id, Caller caller, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        if (await db.Messages.FindAsync([id], token) is not { } row)
            return Problem.NotFound();
        if (row.ClosedAt is null)
        {
            row.ClosedAt = desk.Now;
            desk.Note(caller.Owner, Verbs.CloseMessage, $"message/{id}", "");
        }
        return TypedResults.Ok(MessageView.Of(row));
    }

    static async Task<IResult> WishAsync(Guid id, DateWishBody body, Caller caller, BoardQueries board, GatewayContext db, CommandDesk desk, CancellationToken token)
    {
        if (await board.MigrationAsync(caller, id, token) is null)
            return Problem.NotFound();
        var check = new Check().That(body.OpensAt > desk.Now + Soonest && body.OpensAt < desk.Now + Latest, "opensAt", "must be from tomorrow on, within a year");
        if (check.Refusal() is { } refusal)
            return refusal;
        var row = await db.DateWishes.FindAsync([id], token);
        if (row is null)
            db.DateWishes.Add(row = new DateWishRow { MigrationId = id, Author = caller.Owner });
        (row.OpensAt, row.Author, row.At) = (body.OpensAt.ToUniversalTime(), caller.Owner, desk.Now);
        desk.Note(caller.Owner, Verbs.WishDate, $"migration/{id}", row.OpensAt.ToString("u", System.Globalization.CultureInfo.InvariantCulture));
        return TypedResults.Ok(new DateWishView(id, row.OpensAt, row.Author, row.At));
    }
}

/// <summary>A message.</summary>
/// <param name="About">invoice, access, special, date or other.</param>
/// <param name="Text">3 to 4,000 characters.</param>
/// <param name="ItemId">About which item; left out = about the whole.</param>
/// <param name="Internal">True: a note that the member does not see.</param>
internal sealed record MessageBody(string? About, string? Text, Guid? ItemId = null, bool Internal = false);

/// <summary>A message as it is shown.</summary>
internal sealed record MessageView(Guid Id, Guid MemberId, Guid? ItemId, string About, string Text, bool Internal, string Author, bool FromMember, DateTimeOffset At, DateTimeOffset? ClosedAt)
{
    public static MessageView Of(MessageRow row) => new(row.Id, row.MemberId, row.ItemId, row.About, row.Text, row.Internal, row.Author, row.FromMember, row.At, row.ClosedAt);
}

/// <summary>A date.</summary>
/// <param name="OpensAt">From when on the change may be made.</param>
internal sealed record DateWishBody(DateTimeOffset OpensAt);

/// <summary>The date that the member would like.</summary>
internal sealed record DateWishView(Guid MigrationId, DateTimeOffset OpensAt, string Author, DateTimeOffset At);

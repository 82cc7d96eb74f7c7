using Cassiopea.Contracts;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Bulk;

/// <summary>An act on many: which ones, how many are expected, why. Scopes that are given together must all hold.</summary>
/// <param name="All">True: every one there is.</param>
/// <param name="MemberId">Those of one member.</param>
/// <param name="Migrations">These migrations; those where the act is not allowed do not count.</param>
/// <param name="Host">Items with an end at this host.</param>
/// <param name="Kind">Items of this kind: one service.</param>
/// <param name="Code">Items parked with this failure code.</param>
/// <param name="ItemId">This item.</param>
/// <param name="ExpectedCount">How many the caller saw.</param>
/// <param name="Reason">Why; needed for pause and cancel.</param>
internal sealed record BulkBody(
    bool All = false, Guid? MemberId = null, IReadOnlyList<Guid>? Migrations = null, string? Host = null, ItemKind? Kind = null, string? Code = null, Guid? ItemId = null,
    int? ExpectedCount = null, string? Reason = null)
{
    /// <summary>Acts of one kind cannot concern more at once than this.</summary>
    public const int Most = 5_000;

    /// <summary>True when single items are meant; else whole migrations.</summary>
    public bool OfItems => Host is { Length: > 0 } || Kind is not null || Code is { Length: > 0 } || ItemId is not null;

    bool OfMigrations => MemberId is not null || Migrations is { Count: > 0 };

    public Check Check() => new Check()
        .That(All || OfItems || OfMigrations, "all", "name a scope, or say all = true")
        .That(!All || !(OfItems || OfMigrations), "all", "is the whole: name no other scope beside it")
        .That(Migrations is null or { Count: <= Most }, "migrations", $"must name at most {Most} migrations");
}

/// <summary>Finds what an act on many concerns, as the board knows it.</summary>
internal static class BulkScope
{
    static readonly ItemState[] Over = [ItemState.Done, ItemState.DoneWithExceptions, ItemState.Excluded];
    static readonly MigrationState[] Ended = [MigrationState.HandedOver, MigrationState.Completed, MigrationState.Cancelled, MigrationState.Declined];

    /// <summary>Items that wait for a person because of a failure.</summary>
    public static IQueryable<ItemRow> Waiting(GatewayContext db) =>
        db.Items.AsNoTracking().Where(item => item.FailureCode != null && (item.State == ItemState.NeedsStaff || item.State == ItemState.CredentialsNeeded));

    /// <summary>Migrations in scope that allow a verb now.</summary>
    public static IQueryable<MigrationRow> Allowing(GatewayContext db, BulkBody body, string verb) =>
        Migrations(db, body).Where(migration => migration.Allowed.Contains(verb)).OrderBy(migration => migration.Id);

    /// <summary>Parked items in scope whose migration lets them be tried again.</summary>
    public static IQueryable<BulkItem> Parked(GatewayContext db, BulkBody body, string verb) =>
        Items(db, body, Migrations(db, body).Where(migration => migration.Allowed.Contains(verb)))
            .Where(x => x.Item.State == ItemState.NeedsStaff || x.Item.State == ItemState.CredentialsNeeded).OrderBy(x => x.Item.Id);

    /// <summary>Items in scope whose migration allows a verb.</summary>
    public static IQueryable<BulkItem> Open(GatewayContext db, BulkBody body, string verb) =>
        Items(db, body, Migrations(db, body).Where(migration => migration.Allowed.Contains(verb))).Where(x => !Over.Contains(x.Item.State)).OrderBy(x => x.Item.Id);

    /// <summary>Items in scope that still have work to do, and are held or not.</summary>
    public static IQueryable<BulkItem> Working(GatewayContext db, BulkBody body, bool held) =>
        Items(db, body, Migrations(db, body).Where(migration => !Ended.Contains(migration.State)))
            .Where(x => !Over.Contains(x.Item.State) && x.Item.HeldBy.Length > 0 == held).OrderBy(x => x.Item.Id);

    // whole migrations are scoped here and nowhere else: a further group of members is one more line
    static IQueryable<MigrationRow> Migrations(GatewayContext db, BulkBody body)
    {
        var rows = db.Migrations.AsNoTracking();
        if (body.MemberId is { } member) rows = rows.Where(migration => migration.MemberId == member);
        if (body.Migrations is { Count: > 0 } ids) rows = rows.Where(migration => ids.Contains(migration.Id));
        return rows;
    }

    static IQueryable<BulkItem> Items(GatewayContext db, BulkBody body, IQueryable<MigrationRow> migrations)
    {
        var items = body.Host is { Length: > 0 } host
            ? db.Items.FromSql($"select * from item where lower(source ->> 'host') = {host.ToLowerInvariant()} or lower(target ->> 'host') = {host.ToLowerInvariant()}").AsNoTracking()
            : db.Items.AsNoTracking();
        if (body.ItemId is { } id) items = items.Where(item => item.Id == id);
        if (body.Kind is { } kind) items = items.Where(item => item.Kind == kind);
        if (body.Code is { Length: > 0 } code) items = items.Where(item => item.FailureCode == code);
        return items.Join(migrations, item => item.MigrationId, migration => migration.Id, (item, migration) => new BulkItem { Item = item, MemberId = migration.MemberId });
    }
}

/// <summary>An item with its member.</summary>
internal sealed record BulkItem
{
    public required ItemRow Item { get; init; }
    public required Guid MemberId { get; init; }
}

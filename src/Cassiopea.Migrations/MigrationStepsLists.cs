using System.Security.Cryptography;
using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>Named steps of a list's receiving host: invited, asking, consented to; and of giving an old list its own rules back.</summary>
internal static class MigrationStepsLists
{
    /// <summary>Another host, or the same under another name, begins anew; the same one keeps what it asked.</summary>
    public static void Invite(BehaviorContext<Migration, InviteHost> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        var same = item.Receiving is { } known && known.Identity == told.Identity.Trim() && known.Host == told.Host.Trim();
        item.Receiving = new ReceivingHost(told.Host.Trim(), told.Identity.Trim(), told.Checked.Trim(), told.Actor, m.Turn.Now,
            same ? item.Receiving!.Request : null, same ? item.Receiving!.Consent : null);
        m.Turn.Detail = $"{item.Receiving.Host} may ask for the list with the key of {item.Receiving.Identity}.";
    }

    /// <summary>The same request again changes nothing; another one needs the member's consent anew.</summary>
    public static void NoteRequest(BehaviorContext<Migration, RequestExport> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        var demand = DemandOf(item, told) with { AsOf = m.Turn.Now };
        m.Turn.Detail = $"Request {demand.Sha256}.";
        if (item.Receiving!.Request?.Sha256 == demand.Sha256)
            return;
        item.Receiving = item.Receiving with { Request = demand, Consent = null };
        Letter.Send(m, Letter.ListConsent, $"{item.Id:N}-{demand.Sha256}", item);
    }

    /// <summary>What is asked for, in one form: the same words give the same hash.</summary>
    public static ExportDemand DemandOf(Item item, RequestExport told)
    {
        var scope = told.Scope.Order().ToList();
        var sheet = told.Sheet with { Software = told.Sheet.Software.Trim(), Version = told.Sheet.Version.Trim(), Robot = told.Sheet.Robot.Trim().ToLowerInvariant(), Note = told.Sheet.Note.Trim() };
        return new(scope, told.Consent.Trim(), sheet, default, Sha256(new { item.Id, item.Receiving!.Host, item.Receiving.Identity, scope, consent = told.Consent.Trim(), sheet }));
    }

    public static void NoteConsent(BehaviorContext<Migration, ConsentToExport> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        item.Receiving = item.Receiving! with { Consent = told.Given ? new ExportConsent(told.Actor, told.Words.Trim(), m.Turn.Now, told.RequestSha256) : null };
        m.Turn.Detail = told.Given ? $"{item.Receiving.Host} may receive the list." : "Taken back: nothing leaves any more.";
    }

    /// <summary>Gives an old list its own rules back; each asking is a job under a number of its own.</summary>
    public static void Unfreeze(Migration m, Item list)
    {
        (list.UnfreezeAskedAt, list.UnfreezeRound) = (m.Turn.Now, Math.Max(list.UnfreezeRound + 1, m.WindowRound));
        m.Turn.Send(KindCommands.Unfreeze(list));
    }

    /// <summary>What could not be given back, and was mended since.</summary>
    public static void UnfreezeAgain(Migration m)
    {
        foreach (var list in MigrationStepsCopy.ByName(m).Where(i => i is { LacksUnfreeze: true, IsParked: false }))
            Unfreeze(m, list);
    }

    // ---- ending while an old list is closed

    public static bool ListsMayBeFrozen(BehaviorContext<Migration, CancelMigration> c) => c.Saga.Active.Any(i => i.MayBeFrozen);

    /// <summary>Nothing ends before the old lists have their own rules again: the window is given back, and what follows waits for them.</summary>
    public static void CancelLater(BehaviorContext<Migration, CancelMigration> c)
    {
        var m = c.Saga;
        m.CancelAsked = MigrationSteps.Cancelling(c.Message);
        var from = m.Turn.From is MigrationState.Paused or MigrationState.NeedsStaff ? m.HeldFrom : m.Turn.From;
        m.HeldFrom = from is MigrationState.CuttingOver or MigrationState.RolledBack ? MigrationState.CatchingUp : from;
        m.HeldReason = m.CancelAsked;
        if (m.Turn.From == MigrationState.Paused)
            m.Turn.Send(new MigrationResumed(m.CorrelationId)); // or nobody would unfreeze
        MigrationStepsCutOver.ReleaseWindow(c);
        foreach (var list in MigrationStepsCopy.ByName(m).Where(i => i.LacksUnfreeze))
            Unfreeze(m, list);
        m.Turn.Detail = FormattableString.Invariant($"{m.Active.Count(i => i.MayBeFrozen)} old lists get their own rules back first; then the migration ends.");
    }

    public static bool CancelMayEnd(BehaviorContext<Migration> c) => c.Saga.CancelAsked.Length > 0 && !c.Saga.Active.Any(i => i.MayBeFrozen);

    public static void EndCancelled(BehaviorContext<Migration> c)
    {
        MigrationSteps.End(c.Saga, MigrationState.Cancelled, c.Saga.CancelAsked);
        MigrationStepsHandOver.AskErasure(c.Saga);
    }

    private static string Sha256<T>(T told) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(told, Json.Options)));
}

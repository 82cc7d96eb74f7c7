using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;
using Cassiopea.Migrations.Notices;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>Named steps of what people decide about one item: its strategy, the last fetch, the new host's own people, the archive.</summary>
internal static class MigrationStepsArrange
{
    // ---- the strategy of a mailbox

    public static void Choose(BehaviorContext<Migration, ChooseStrategy> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        item.Strategy = told.Strategy;
        item.OnlineSince = told.Strategy switch
        {
            MailboxStrategy.ArchiveOlder => told.OnlineSince,
            MailboxStrategy.StartEmpty => m.Turn.Now,
            _ => null,
        };
        item.SurveyWanted = true;
        MigrationStepsChecklist.NoteStrategy(m, item, told.Actor);
        m.Turn.Detail = $"{told.Strategy}.";
    }

    public static void ConfirmFetch(BehaviorContext<Migration, ConfirmLastFetch> c)
    {
        var item = MigrationStepsCopy.Of(c.Saga, c.Message.ItemId)!;
        (item.LastFetchConfirmedAt, item.LastFetchConfirmedBy) = (c.Saga.Turn.Now, c.Message.Actor);
        MigrationStepsChecklist.Note(c.Saga, 17, item.Id, "fetched", c.Message.Actor);
    }

    // ---- moved by the new host

    public static void Entrust(BehaviorContext<Migration, EntrustItem> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        item.Host = new HostMove(told.Host.Trim(), told.Consent.Trim(), told.Actor, m.Turn.Now, told.DueAt);
        item.HostReminded = 0;
        if (item.State is ItemState.InSync or ItemState.NeedsStaff || (item.State == ItemState.Copying && item.IsIdle))
            (item.State, item.FailedPass, item.VerifiedPass, item.Failure, item.RetryAt) = (ItemState.Verified, item.Pass, 0, null, null);
        Grant(m, item, told.DueAt);
        m.Turn.Detail = $"{item.Host.Host} moves it; make the one-time link for its people.";
    }

    public static void TakeBack(BehaviorContext<Migration, TakeBackItem> c)
    {
        var m = c.Saga;
        var item = MigrationStepsCopy.Of(m, c.Message.ItemId)!;
        if (item.WaitsForHost || item.IsOverdueAtHost)
            (item.State, item.FailedPass, item.Failure) = (ItemState.Verified, item.Pass, null);
        item.Host = null;
        Grant(m, item, m.Turn.Now);
    }

    /// <summary>The host's word is no proof: both ends are read and compared next.</summary>
    public static void NoteMoved(BehaviorContext<Migration, ReportMoved> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        if (item.IsIdle)
            item.StartPass(Bucket.Bulk);
        item.TransferredPass = item.Pass;
        item.Host = item.Host! with { MovedAt = m.Turn.Now, Note = told.Note.Trim() };
        Grant(m, item, m.Turn.Now);
        m.Turn.Detail = "Noted; both ends are compared next.";
    }

    /// <summary>Reminds of the date; when it is over without a word, staff are asked.</summary>
    public static void RemindHosts(Migration m)
    {
        var (now, options) = (m.Turn.Now, m.Turn.Options);
        foreach (var item in MigrationStepsCopy.ByName(m).Where(i => i.WaitsForHost))
        {
            if (Deadlines.HostReminder(item, options) > now)
                continue;
            item.HostReminded++;
            Letter.Send(m, Letter.HostMove, FormattableString.Invariant($"{item.Id:N}-{item.HostReminded}-{item.Host!.DueAt.UtcTicks}"), item);
            if (item.Host.DueAt > now)
                continue;
            item.FailedPass = item.Pass;
            item.Park(new Failure(FailureSide.Target, FailureKind.Refused, FailureCode.TimedOut, "The new host did not say in time that it moved this."), now, options);
        }
    }

    // ---- the archive

    /// <summary>An archive beside the story: rounds of it count below zero, so that no pass of the move is taken for it.</summary>
    public static void ArchiveNow(BehaviorContext<Migration, ArchiveItem> c)
    {
        var m = c.Saga;
        var item = MigrationStepsCopy.Of(m, c.Message.ItemId)!;
        item.ArchiveRound++;
        m.Turn.Send(new CredentialGranted(
            item.Source!.CredentialId, m.MemberId, m.CorrelationId, item.Id, KindCommands.Service(item.Kind), m.Turn.Now + m.Turn.Options.CredentialGrant));
        m.Turn.Send(new ArchiveMailbox(m.CorrelationId, item.Id, -item.ArchiveRound, Bucket.Bulk, item.Source));
        m.Turn.Detail = "The mailbox is being archived; its archive can be downloaded when it is verified.";
    }

    public static void NoteArchived(BehaviorContext<Migration, ItemArchived> c) => MigrationStepsCopy.Of(c.Saga, c.Message.ItemId)?.NoteArchived(c.Message, c.Saga.Turn.Now, c.Saga.Turn.Options);

    /// <summary>The member leaves alone: mailboxes and databases that can be entered are archived, nothing is moved.</summary>
    public static void ArchiveEverything(Migration m)
    {
        foreach (var item in MigrationStepsCopy.ByName(m).Where(i => i.Kind is ItemKind.Mailbox or ItemKind.Database && i.Source is not null && m.Turn.Holds(i.Source.CredentialId)))
            Archive(m, item);
    }

    /// <summary>Tries archives again that did not come about; when the retention is over, everything that is kept goes.</summary>
    public static void ArchiveOnly(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        if (m.ErasureAskedAt is not null)
            return;
        if (m.EndedAt + m.Turn.Options.Retention <= m.Turn.Now)
        {
            MigrationStepsHandOver.AskErasure(m);
            m.Turn.Send(new CredentialGrantsEnded(m.CorrelationId));
            m.Turn.Send(new MigrationEnded(m.CorrelationId, MigrationState.Declined));
            return;
        }

        foreach (var item in MigrationStepsCopy.ByName(m).Where(i => i.RetryAt <= m.Turn.Now))
            Archive(m, item);
    }

    private static void Archive(Migration m, Item item)
    {
        item.Strategy = MailboxStrategy.Drop;
        item.StartPass(Bucket.Bulk);
        m.Turn.Send(new CredentialGranted(
            item.Source!.CredentialId, m.MemberId, m.CorrelationId, item.Id, KindCommands.Service(item.Kind), m.Turn.Now + m.Turn.Options.CredentialGrant));
        m.Turn.Send(KindCommands.Transfer(item, m.PlanSha256));
    }

    /// <summary>Lets the gateway show the old place's password once to the new host's people, until then.</summary>
    public static void Grant(Migration m, Item item, DateTimeOffset until)
    {
        if (item.Source is { } source)
            m.Turn.Send(new CredentialGranted(source.CredentialId, m.MemberId, m.CorrelationId, item.Id, "gateway", until));
    }
}

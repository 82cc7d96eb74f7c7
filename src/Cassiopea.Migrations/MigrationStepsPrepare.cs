using System.Security.Cryptography;
using System.Text;
using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;
using Cassiopea.Migrations.Notices;
using MassTransit;
using Endpoint = Cassiopea.Contracts.Endpoint;

namespace Cassiopea.Migrations;

/// <summary>Named steps of the survey and of the preparation.</summary>
internal static class MigrationStepsPrepare
{
    // ---- what does the member use

    /// <summary>Asks every service once per round; asked again only by a person.</summary>
    public static void AskServices(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        if (m.SurveyAskedAt is null)
            Ask(m);
        AskItems(m);
    }

    public static void AskServicesAgain(BehaviorContext<Migration, SurveyAgain> c) => Ask(c.Saga);

    public static void NoteService(BehaviorContext<Migration, ServiceSurveyed> c)
    {
        var (m, told) = (c.Saga, c.Message);
        if (m.Survey(told.Kind) is not { } survey || told.AsOf < survey.AsOf)
            return;
        survey.AsOf = told.AsOf;
        survey.Outcome = told.Outcome;
        survey.Failure = told.Failure;
        foreach (var found in told.Items)
        {
            var item = m.Find(found.Kind, found.Name) ?? Add(m, Item.IdOf(m.CorrelationId, found.Kind, found.Name), found.Kind, found.Name);
            if (item.State == ItemState.Excluded)
                continue;
            if (item.Source is null)
                item.Complete(found.Source, null);
            if (item.SurveyedAt is null)
                item.AddFacts(FactsOf(found));
        }
    }

    public static bool AllAnswered(BehaviorContext<Migration> c) => c.Saga.Surveys.Count > 0 && c.Saga.Surveys.All(s => s.Outcome is not null);

    public static bool AnswersOverdue(BehaviorContext<Migration> c) => c.Saga.SurveyAskedAt + c.Saga.Turn.Options.SurveyAnswer <= c.Saga.Turn.Now;

    /// <summary>A service that does not answer has not surveyed; its late answer still counts.</summary>
    public static void GiveUpWaiting(BehaviorContext<Migration> c)
    {
        foreach (var survey in c.Saga.Surveys.Where(s => s.Outcome is null))
        {
            survey.Outcome = SurveyOutcome.NotSurveyed;
            survey.Failure = new Failure(FailureSide.Us, FailureKind.Passing, FailureCode.TimedOut, "The service did not answer the survey in time.");
        }
    }

    public static void ExcludeKindFromMove(BehaviorContext<Migration, ExcludeKind> c)
    {
        var survey = c.Saga.Survey(c.Message.Kind)!;
        (survey.ExcludedBy, survey.ExcludedReason) = (c.Message.Actor, c.Message.Reason.Trim());
        foreach (var item in OfExcludedKind(c.Saga, c.Message.Kind).ToList())
            item.Exclude(survey.ExcludedReason);
    }

    /// <summary>What goes out of the move together with its kind: nothing of it was copied yet.</summary>
    public static IEnumerable<Item> OfExcludedKind(Migration m, ItemKind kind) => m.Active.Where(i => i.Kind == kind && i.Pass == 0);

    // ---- items, their ends and their credentials

    public static void Declare(BehaviorContext<Migration, DeclareItem> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = m.Find(told.Kind, told.Name) ?? Add(m, told.ItemId, told.Kind, told.Name);
        item.Declared = true;
        if (item.State == ItemState.Excluded)
            (item.State, item.ExcludedReason, item.SurveyWanted) = (ItemState.Discovered, "", true);
        item.Complete(told.Source, told.Target);
        m.Turn.Detail = $"Item {item.Id}.";
    }

    public static void Exclude(BehaviorContext<Migration, ExcludeItem> c) =>
        c.Saga.Items.Single(i => i.Id == c.Message.ItemId).Exclude(c.Message.Reason.Trim());

    public static void Retry(BehaviorContext<Migration, RetryItem> c)
    {
        var item = c.Saga.Items.Single(i => i.Id == c.Message.ItemId);
        item.TryAgain(byPerson: true);
        if (item.LacksUnfreeze)
            MigrationStepsLists.Unfreeze(c.Saga, item);
    }

    /// <summary>A new secret for one of an item's ends: enter it again.</summary>
    public static void NoteCredential(BehaviorContext<Migration, CredentialArrived> c)
    {
        foreach (var item in c.Saga.Active.Where(i => i.Uses(c.Message.CredentialId) && i.State is not (ItemState.Done or ItemState.DoneWithExceptions)))
            item.SurveyWanted = true;
    }

    public static void NoteSurvey(BehaviorContext<Migration, ItemSurveyed> c)
    {
        Of(c.Saga, c.Message.ItemId)?.NoteSurvey(c.Message, c.Saga.Turn.Now, c.Saga.Turn.Options);
        foreach (var found in c.Message.Found ?? [])
            NoteFound(c.Saga, found);
    }

    /// <summary>
    /// An item that another one names, with a login that the vault holds: it fills what nobody entered, and never replaces what a person did. A new item is
    /// added until the plan is approved.
    /// </summary>
    private static void NoteFound(Migration m, FoundItem found)
    {
        if (found.Source is not { } source || m.Survey(found.Kind) is { Excluded: true })
            return;
        if (m.Find(found.Kind, found.Name) is not { } item)
        {
            if (m.PlannedAt is null && m.StoryState is MigrationState.AwaitingPayment or MigrationState.Surveying or MigrationState.Preparing)
                Add(m, Item.IdOf(m.CorrelationId, found.Kind, found.Name), found.Kind, found.Name).Complete(source, null);
            return;
        }

        if (item.State != ItemState.Excluded && item.Pass == 0 && (item.Source is null || !m.Turn.Holds(item.Source.CredentialId)))
            item.Complete(item.Source is null ? source : item.Source with { Login = source.Login, CredentialId = source.CredentialId }, null);
    }

    /// <summary>Enters what can be entered: a survey needs an old place, and the secret for it in the vault.</summary>
    public static void AskItems(Migration m)
    {
        var turn = m.Turn;
        foreach (var item in m.Active.OrderBy(i => i.Name, StringComparer.Ordinal))
        {
            if (item.RetryAt <= turn.Now && item.State != ItemState.Copying)
                item.TryAgain(byPerson: false);
            if (!m.CanMove(item.Kind))
                NotOurs(m, item);
            else if (item.Kind != ItemKind.Domain && (item.Source is null || !turn.Holds(item.Source.CredentialId)))
                WaitForCredential(item);
            else if ((item.SurveyWanted || item.SurveyAttempt == 0) && (item.IsIdle || item.IsParked))
                Enter(m, item);
        }
    }

    public static void Prepare(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        AskItems(m);
        if (m.Notices.All(n => n.Template != Letter.SurveyDone) && m.Active.All(i => i.State != ItemState.CredentialsNeeded))
            Letter.Send(m, Letter.SurveyDone);
        MigrationStepsStatistics.Ask(m);
        MigrationStepsSites.GuideBackup(m);
        Reminders.Send(m);
    }

    // ---- the plan

    /// <summary>An item is no longer verified, or an answer changed the plan or opened a question.</summary>
    public static bool PlanBroken(BehaviorContext<Migration> c) =>
        c.Saga.Active.Any(i => i.State != ItemState.Verified) || c.Saga.PlanSha256 != PlanHash(c.Saga) || MemberChecklist.Blocks(c.Saga, Gate.Plan).Count > 0;

    public static void FreezePlan(BehaviorContext<Migration> c)
    {
        c.Saga.PlanSha256 = PlanHash(c.Saga);
        c.Saga.PlannedAt = c.Saga.Turn.Now;
        c.Saga.Foretold = MigrationStepsPreflight.Foretell(c.Saga);
        c.Saga.Turn.Detail = $"Plan {c.Saga.PlanSha256}.";
    }

    /// <summary>Something in the plan changed: it must be approved again.</summary>
    public static void DropPlan(BehaviorContext<Migration> c) => (c.Saga.PlanSha256, c.Saga.PlannedAt) = ("", null);

    /// <summary>SHA-256, lower-case hex, over what is moved from where to where, and what is left out.</summary>
    public static string PlanHash(Migration m)
    {
        static string End(Endpoint? e) => e is null ? "-" : FormattableString.Invariant($"{e.Protocol}://{e.Login}@{e.Host}:{e.Port}/{e.Tls}");
        var lines = m.Items.OrderBy(i => i.Id).Select(i => $"{i.Id:N}|{i.Kind}|{i.Name}|{End(i.Source)}|{End(i.Target)}|{i.ExcludedReason}|{i.Strategy}|{i.OnlineSince:O}|{i.Host?.Host}{MigrationStepsDatabases.Planned(i)}")
            .Concat(m.Surveys.OrderBy(s => s.Kind).Select(s => $"{s.Kind}|{s.Outcome}|{s.ExcludedReason}"))
            .Concat(MemberChecklist.Judge(m).Lines);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
    }

    private static Item? Of(Migration m, Guid itemId) => m.Items.SingleOrDefault(i => i.Id == itemId);

    private static void Ask(Migration m)
    {
        m.SurveyRound++;
        m.SurveyAskedAt = m.Turn.Now;
        foreach (var kind in KindSurvey.Kinds)
        {
            if (m.Survey(kind) is not { } survey)
                m.Surveys.Add(survey = new KindSurvey { MigrationId = m.CorrelationId, Kind = kind });
            (survey.AskedAt, survey.Outcome, survey.Failure) = (m.Turn.Now, null, null);
            m.Turn.Send(KindCommands.Find(m, kind));
        }
    }

    private static Item Add(Migration m, Guid id, ItemKind kind, string name)
    {
        var item = new Item { Id = id, MigrationId = m.CorrelationId, Kind = kind, Name = name.Trim(), State = ItemState.Discovered };
        m.Items.Add(item);
        return item;
    }

    private static IEnumerable<Fact> FactsOf(FoundItem found)
    {
        if (found.Bytes is { } bytes)
            yield return new Fact("bytes", FormattableString.Invariant($"{bytes}"), "bytes");
        if (found.LastUsedAt is { } used)
            yield return new Fact("last-used", used.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        foreach (var fact in found.Facts ?? [])
            yield return fact;
    }

    private static void NotOurs(Migration m, Item item)
    {
        if (item.State is ItemState.Discovered or ItemState.CredentialsNeeded)
            item.Park(new Failure(FailureSide.Us, FailureKind.Refused, FailureCode.NotSurveyed, $"{item.Kind} is not moved by this system: move it by hand, then exclude it with that as the reason."), m.Turn.Now, m.Turn.Options);
    }

    private static void WaitForCredential(Item item)
    {
        if (item.State is not (ItemState.Discovered or ItemState.NeedsStaff))
            return;
        var what = item.Source is null ? "The old place is not known yet." : "The password of the old place is not known yet.";
        item.State = ItemState.CredentialsNeeded;
        item.Failure = new Failure(FailureSide.Source, FailureKind.Refused, FailureCode.CredentialMissing, what);
    }

    private static void Enter(Migration m, Item item)
    {
        var turn = m.Turn;
        var target = item.Target is { } t && turn.Holds(t.CredentialId) ? t : null;
        item.SurveyAttempt++;
        (item.SurveyWanted, item.SurveyPending) = (false, true);
        foreach (var end in new[] { item.Source, target }.OfType<Endpoint>())
            turn.Send(new CredentialGranted(end.CredentialId, m.MemberId, m.CorrelationId, item.Id, KindCommands.Service(item.Kind), turn.Now + turn.Options.CredentialGrant));
        turn.Send(KindCommands.Survey(item, item.Source, target, m.MemberId));
    }
}

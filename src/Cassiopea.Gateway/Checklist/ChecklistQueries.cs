using System.Globalization;
using Cassiopea.Checklist;
using Cassiopea.Checklist.Preflight;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Inventory;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Checklist;

/// <summary>The checklist as the API and the pages show it: the rules, applied to what the board knows (decision 0110).</summary>
internal sealed class ChecklistQueries(GatewayContext db, InventoryQueries inventory, TimeProvider time)
{
    private const int Kinds = 5;

    public async Task<ChecklistView> ShowAsync(MigrationRow migration, string? language, CancellationToken token)
    {
        var words = Words.In(language ?? await LanguageAsync(migration.MemberId, token));
        var items = await ItemsAsync(migration.Id, token);
        var answers = await AnswersAsync(migration.Id, token);
        var notes = await db.Notes.AsNoTracking().Where(n => n.MigrationId == migration.Id && n.TaskId == null).ToDictionaryAsync(n => n.Id, n => n.Words, token);
        var judged = RuleBook.Judge(migration.Id, await InputAsync(migration, items, answers, token));
        var shown = new ChecklistShown(words, items.ToDictionary(i => i.Id), answers, notes);
        return new ChecklistView(
            migration.Id, RuleBook.Version, words.Language,
            new ProgressCount(judged.Asked, judged.Answered, judged.Asked == 0 ? 100 : judged.Answered * 100 / judged.Asked),
            shown.Gates(judged), shown.Groups(judged), shown.Steps(judged), Online(items));
    }

    /// <summary>How each named check stands.</summary>
    public async Task<PreflightView> PreflightAsync(MigrationRow migration, string? language, CancellationToken token)
    {
        var words = Words.In(language ?? await LanguageAsync(migration.MemberId, token));
        var items = await ItemsAsync(migration.Id, token);
        var input = await InputAsync(migration, items, await AnswersAsync(migration.Id, token), token);
        var open = RuleBook.Judge(migration.Id, input).At(Gate.Plan).Any(b => b.Why == "unanswered");
        var byId = items.ToDictionary(i => i.Id);
        var checks = PreflightBook.Judge(input, open).Select(r => new CheckView(
            r.Check.Code, r.Thing?.Id, r.Thing is { } thing ? byId[thing.Id].Name : null, r.Check.End, r.State.ToString(), words[$"state.{r.State}"], words.Check(r.Check), words.Fix(r.Check),
            r.Witness is { } fact ? new Fact(fact.Name, fact.Value, fact.Unit) : null, r.Thing is { } seen ? byId[seen.Id].AsOf : null)).ToList();
        return new PreflightView(
            migration.Id, words.Language, checks.Count(c => c.State == "Green"), checks.Count(c => c.State == "Amber"), checks.Count(c => c.State == "Red"), checks.Count(c => c.State == "Unknown"), checks);
    }

    /// <summary>What the dry runs foretold, beside what came.</summary>
    public async Task<DryRunView> DryRunAsync(MigrationRow migration, CancellationToken token)
    {
        var items = (await ItemsAsync(migration.Id, token)).Where(i => i.State != ItemState.Excluded).ToList();
        var run = DryRun.Of([.. items.Select(i => new Foretold(
            i.Id, i.Arrangement?.Prediction?.Things, i.Arrangement?.Prediction?.Bytes, i.Arrangement?.Prediction?.Seconds, i.Arrangement?.Prediction?.Problems.Count ?? 0))]);
        return new DryRunView(
            migration.Id, run.Things, run.Bytes, run.LeastSeconds, run.MostSeconds, run.Problems, run.Complete,
            [.. items.Select(i => new DryRunItem(
                i.Id, i.Kind, i.Name, i.Arrangement?.Prediction, i.Arrangement?.Counts, i.Arrangement?.Bytes ?? 0, i.Arrangement?.Seconds ?? 0))]);
    }

    /// <summary>All answers, oldest first, also those that a later one replaced.</summary>
    public async Task<Page<AnswerView>> HistoryAsync(MigrationRow migration, string? language, PageRequest page, CancellationToken token)
    {
        var words = Words.In(language ?? await LanguageAsync(migration.MemberId, token));
        var after = page.AfterNumber ?? 0;
        var found = await db.Answers.AsNoTracking().Where(a => a.MigrationId == migration.Id && a.Number > after).OrderBy(a => a.Number).Take(page.Limit + 1).ToListAsync(token);
        var ids = found.Select(a => a.NoteId).OfType<Guid>().ToArray();
        var notes = await db.Notes.AsNoTracking().Where(n => ids.Contains(n.Id)).ToDictionaryAsync(n => n.Id, n => n.Words, token);
        return page.Of(found, row => row.Number.ToString(CultureInfo.InvariantCulture), row => ChecklistShown.View(row, words, notes));
    }

    /// <summary>Tasks that the caller sees, the first due first within their ids' order.</summary>
    public async Task<Page<TaskView>> TasksAsync(Caller caller, TaskFilter filter, string? language, PageRequest page, CancellationToken token)
    {
        var rows = db.StaffTasks.AsNoTracking()
            .Join(db.Migrations.VisibleTo(caller), t => t.MigrationId, m => m.Id, (task, migration) => new { task, migration.MemberReference, migration.MemberId });
        if (filter.Migration is { } migration)
            rows = rows.Where(x => x.task.MigrationId == migration);
        if (filter.State is { Length: > 0 } state)
            rows = rows.Where(x => x.task.State == state);
        if (filter.Assignee is { } assignee)
            rows = rows.Where(x => x.task.Assignee == assignee);
        if (page.AfterId is { } after)
            rows = rows.Where(x => x.task.Id > after);
        var found = await rows.OrderBy(x => x.task.Id).Take(page.Limit + 1).ToListAsync(token);
        var ids = found.Select(x => x.task.Id).ToArray();
        var threads = (await db.Notes.AsNoTracking().Where(n => n.TaskId != null && ids.Contains(n.TaskId.Value)).OrderBy(n => n.At).ToListAsync(token)).ToLookup(n => n.TaskId!.Value);
        var itemIds = found.Select(x => x.task.ItemId).OfType<Guid>().ToArray();
        var names = await db.Items.AsNoTracking().Where(i => itemIds.Contains(i.Id)).ToDictionaryAsync(i => i.Id, i => i.Name, token);
        var words = Words.In(language);
        return page.Of(found, x => x.task.Id.ToString(), x => ChecklistShown.View(x.task, x.MemberReference, words, names, threads[x.task.Id]));
    }

    public Task<TaskRow?> TaskAsync(Caller caller, Guid id, CancellationToken token) =>
        db.StaffTasks.AsNoTracking().Where(t => t.Id == id && db.Migrations.Any(m => m.Id == t.MigrationId && (caller.MemberId == null || m.MemberId == caller.MemberId))).FirstOrDefaultAsync(token);

    /// <summary>Everything that was written in a migration: for the export of a member's data.</summary>
    public async Task<IReadOnlyList<NoteView>> NotesAsync(Guid migrationId, CancellationToken token) =>
        [.. (await db.Notes.AsNoTracking().Where(n => n.MigrationId == migrationId).OrderBy(n => n.At).ToListAsync(token)).Select(n => new NoteView(n.Id, n.Author, n.Words, n.At))];

    private async Task<ChecklistInput> InputAsync(MigrationRow migration, List<ItemRow> items, IReadOnlyList<AnswerRow> answers, CancellationToken token)
    {
        var invoices = await db.InvoiceChecks.AsNoTracking().Where(c => c.MigrationId == migration.Id).Select(c => (InvoiceStatus?)c.Status).FirstOrDefaultAsync(token);
        var surveyed = migration.State is not (MigrationState.Requested or MigrationState.AwaitingPayment or MigrationState.Surveying)
            || await db.Surveys.CountAsync(s => s.MigrationId == migration.Id, token) >= Kinds;
        var tasks = await db.StaffTasks.AsNoTracking().Where(t => t.MigrationId == migration.Id).Select(t => new { t.Id, t.State }).ToListAsync(token);
        return new ChecklistInput(
            invoices?.ToString() ?? "", surveyed, [.. items.Where(i => i.State != ItemState.Excluded).Select(ThingOf)],
            [.. Cassiopea.Checklist.Inventory.Missing(await inventory.ListedAsync(migration.MemberReference, token), [.. items.Select(i => (i.Kind.ToString(), i.Name))]), .. await ContactsAsync(migration, items, token)],
            [.. answers.Select(a => new GivenAnswer(a.Rule, a.ItemId, a.Choice))], [.. tasks.Select(t => new KnownTask(t.Id, t.State != "Closed"))], time.GetUtcNow());
    }

    private async Task<IReadOnlyList<KnownFact>> ContactsAsync(MigrationRow migration, List<ItemRow> items, CancellationToken token) =>
        await db.Members.AsNoTracking().FirstOrDefaultAsync(m => m.Id == migration.MemberId, token) is not { } member ? []
            : Contacts.Problems(
                member.ContactEmail, member.ContactVerifiedAt is not null, member.SecondEmail, member.SecondVerifiedAt is not null,
                items.Where(i => i.State != ItemState.Excluded && i.Kind is ItemKind.Domain or ItemKind.Mailbox).Select(i => i.Name));

    private static Thing ThingOf(ItemRow i) => new(
        i.Id, i.Kind.ToString(), [.. i.Facts.Select(f => new KnownFact(f.Name, f.Value, f.Unit)), .. (i.Arrangement?.Prediction?.Problems ?? []).Select(p => new KnownFact("predicted", p.Failure.Code))], (i.Arrangement?.Strategy ?? MailboxStrategy.MoveAll).ToString(),
        i.Arrangement?.Archive is { Equal: true }, i.State is not (ItemState.Discovered or ItemState.CredentialsNeeded or ItemState.NeedsStaff), i.Failure?.Code ?? "",
        i.Failure?.Side.ToString() ?? "", i.Pass > 0);

    private static OnlineView Online(List<ItemRow> items)
    {
        var (before, after, estimated) = (0L, 0L, false);
        foreach (var mailbox in items.Where(i => i.Kind == ItemKind.Mailbox && i.State != ItemState.Excluded))
        {
            var bytes = mailbox.Facts.Where(f => f.Name == "bytes").Select(f => long.TryParse(f.Value, CultureInfo.InvariantCulture, out var n) ? n : 0).FirstOrDefault();
            before += bytes;
            var strategy = mailbox.Arrangement?.Strategy ?? MailboxStrategy.MoveAll;
            var foretold = strategy == MailboxStrategy.ArchiveOlder ? mailbox.Arrangement!.Prediction?.Bytes : null;
            estimated |= strategy == MailboxStrategy.ArchiveOlder && foretold is null;
            after += strategy is MailboxStrategy.Drop or MailboxStrategy.StartEmpty ? 0 : foretold ?? bytes;
        }

        return new OnlineView(before, after, estimated);
    }

    private Task<List<ItemRow>> ItemsAsync(Guid migrationId, CancellationToken token) =>
        db.Items.AsNoTracking().Where(i => i.MigrationId == migrationId).OrderBy(i => i.Kind).ThenBy(i => i.Name).ToListAsync(token);

    private async Task<IReadOnlyList<AnswerRow>> AnswersAsync(Guid migrationId, CancellationToken token)
    {
        var all = await db.Answers.AsNoTracking().Where(a => a.MigrationId == migrationId).OrderByDescending(a => a.Number).ToListAsync(token);
        return [.. all.DistinctBy(a => (a.Rule, a.ItemId))];
    }

    private Task<string?> LanguageAsync(Guid memberId, CancellationToken token) =>
        db.Members.AsNoTracking().Where(m => m.Id == memberId).Select(m => m.Language).FirstOrDefaultAsync(token);
}

internal sealed record TaskFilter(Guid? Migration, string? State, string? Assignee);

using System.Security.Cryptography;
using System.Text.Json;
using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices.Texts;
using Cassiopea.Migrations.Checklist;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Migrations;

/// <summary>
/// What is the same for every message: before it, load what belongs to the migration and judge a person's command; after it, follow the facts,
/// answer the person, write the audit row, tell what changed, set the clock, send what the steps asked for. All in the message's one transaction.
/// </summary>
internal sealed class TurnKeeper(TimeProvider time, LetterTexts texts, IOptions<MigrationsOptions> options)
{
    /// <summary>The observer to connect to a machine.</summary>
    public IEventObserver<Migration> Around(StoryMachine machine) => new Observer(this, machine);

    private async Task BeginAsync<T>(BehaviorContext<Migration, T> c) where T : class
    {
        var (m, db, token) = (c.Saga, c.Database(), c.CancellationToken);
        var fresh = c.Message as RequestMigration;
        if (db.Entry(m).State != EntityState.Detached)
        {
            await db.Entry(m).Collection(x => x.Items).LoadAsync(token);
            await db.Entry(m).Collection(x => x.Surveys).LoadAsync(token);
            await db.Entry(m).Collection(x => x.Approvals).LoadAsync(token);
            await db.Entry(m).Collection(x => x.Notices).LoadAsync(token);
            await db.Entry(m).Collection(x => x.Answers).LoadAsync(token);
            await db.Entry(m).Collection(x => x.Tasks).LoadAsync(token);
            await db.Entry(m).Collection(x => x.WorkReceipts).LoadAsync(token);
        }

        var memberId = fresh is null || m.MemberId != Guid.Empty ? m.MemberId : fresh.MemberId;
        var command = PersonCommand.Of(c.Message);
        m.Turn = new Turn(
            time.GetUtcNow(),
            options.Value,
            await db.Members.SingleOrDefaultAsync(x => x.Id == memberId, token),
            await db.Credentials.AsNoTracking().Where(x => x.MemberId == memberId).ToDictionaryAsync(x => x.Id, x => x.Version, token))
        {
            OtherOpenMigration = fresh is null ? Guid.Empty
                : await db.Migrations.Where(x => x.MemberId == memberId && x.CorrelationId != m.CorrelationId && x.EndedAt == null).Select(x => x.CorrelationId).FirstOrDefaultAsync(token),
            Texts = await texts.CurrentAsync(db, token),
            Listed = await db.Listed.AsNoTracking().Where(x => x.MemberReference == m.MemberReference).OrderBy(x => x.Id).Select(x => new ListedService(x.Source, x.Kind.ToString(), x.Name)).ToListAsync(token),
            From = Enum.TryParse<MigrationState>(m.CurrentState, out var from) ? from : MigrationState.Requested,
            Actor = command?.Actor ?? "system",
            Reason = command?.Reason ?? "",
        };
        m.Turn.Refusal = Permissions.Judge(m, c.Message);
        if (c.Message is WakeUp wake && m.WakeAt <= wake.DueAt)
            m.WakeAt = null;
    }

    private static async Task EndAsync<T>(BehaviorContext<Migration, T> c, StoryMachine machine) where T : class
    {
        var (m, turn) = (c.Saga, c.Saga.Turn);
        var command = PersonCommand.Of(c.Message);
        if (turn.Refusal is { } refusal)
        {
            Audit(c, command!, $"Refused: {refusal.Code}.");
            var allowed = m.CurrentState == machine.Final.Name ? [] : Permissions.Allowed(m);
            await c.Publish(new CommandRefused(command!.OperationId, refusal.Code, refusal.Detail, allowed), c.CancellationToken);
            return;
        }

        MigrationStepsChecklist.KeepTasks(m);
        await machine.FollowAsync(c);
        MigrationStepsChecklist.KeepTasks(m);
        if (command is not null)
        {
            Audit(c, command, turn.Detail);
            turn.Send(new CommandAccepted(command.OperationId, turn.Detail));
        }


        Tell(m);
        await SetClockAsync(c);
        foreach (var message in turn.Outgoing)
            await SendAsync(c, message);
    }

    /// <summary>Says what changed since it was told last: each changed item, then the migration.</summary>
    private static void Tell(Migration m)
    {
        var turn = m.Turn;
        foreach (var item in m.Items.OrderBy(i => i.Kind).ThenBy(i => i.Name, StringComparer.Ordinal))
        {
            var told = new ItemAdvanced(
                m.CorrelationId, item.Id, item.Kind, item.Name, item.State, 0, item.Pass, item.Source, item.Target, item.Grade, item.Failure,
                item.Facts, item.Exceptions, item.ExceptionsApproved, item.ExcludedReason, default, item.Arrangement);
            if (Hash(told) is var hash && hash == item.ToldSha256)
                continue;
            item.ToldSha256 = hash;
            turn.Send(told with { Version = ++item.ToldVersion, AsOf = turn.Now });
        }

        foreach (var task in m.Tasks.OrderBy(t => t.Rule).ThenBy(t => t.Id))
            Tell(m, task);
        var (who, text) = Waiting.Of(m, turn.Now, turn.Options);
        var advanced = new MigrationAdvanced(
            m.CorrelationId, m.MemberId, m.MemberReference, m.State, m.State, 0, "", "", who, text,
            Deadlines.Next(m, turn.Now, turn.Options), Permissions.Allowed(m), default);
        var sha = Hash(advanced);
        if (sha == m.ToldSha256 && turn.Reason.Length == 0)
            return;
        m.ToldSha256 = sha;
        turn.Send(advanced with { From = turn.From, Version = ++m.ToldVersion, Actor = turn.Actor, Reason = turn.Reason, AsOf = turn.Now });
    }

    private static void Tell(Migration m, StaffTask task)
    {
        var told = new TaskAdvanced(
            m.CorrelationId, task.Id, 0, task.Rule, task.ItemId, task.Code, task.Gate.ToString(), task.State.ToString(), task.Assignee, task.Reason, "",
            task.OpenedAt, task.DueAt, task.ClosedAt, default);
        if (Hash(told) is var hash && hash == task.ToldSha256)
            return;
        task.ToldSha256 = hash;
        m.Turn.Send(told with { Version = ++task.ToldVersion, Actor = m.Turn.Actor, AsOf = m.Turn.Now });
    }

    /// <summary>One wake-up at the earliest deadline; one that is asked already for that time or before is enough.</summary>
    private static async Task SetClockAsync(BehaviorContext<Migration> c)
    {
        var (m, turn) = (c.Saga, c.Saga.Turn);
        if (Deadlines.Next(m, turn.Now, turn.Options) is not { } due || (m.WakeAt <= due && m.WakeAt > turn.Now))
            return;
        m.WakeAt = due;
        var endpoint = await c.GetSendEndpoint(Commands.AddressOf(typeof(WakeUp)));
        await endpoint.Send(new WakeUp(m.CorrelationId, due), x => x.Delay = due - turn.Now, c.CancellationToken);
    }

    private static async Task SendAsync(BehaviorContext<Migration> c, object message)
    {
        if (Attribute.IsDefined(message.GetType(), typeof(CommandAttribute)))
        {
            var endpoint = await c.GetSendEndpoint(Commands.AddressOf(message.GetType()));
            await endpoint.Send(message, message.GetType(), c.CancellationToken);
        }
        else
        {
            await c.Publish(message, message.GetType(), c.CancellationToken);
        }
    }

    private static void Audit(BehaviorContext<Migration> c, PersonCommand command, string outcome) => c.Database().Audit(
        command.Actor, command.Verb, $"migration/{c.Saga.CorrelationId}", $"{command.Reason} {outcome}".Trim(),
        JsonSerializer.Serialize(new { state = c.Saga.Turn.From }, Json.Options),
        JsonSerializer.Serialize(new { state = c.Saga.CurrentState }, Json.Options));

    private static string Hash<T>(T told) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(told, Json.Options)));

    private sealed class Observer(TurnKeeper keeper, StoryMachine machine) : IEventObserver<Migration>
    {
        public Task PreExecute(BehaviorContext<Migration> context) => Task.CompletedTask;

        public Task PreExecute<T>(BehaviorContext<Migration, T> context) where T : class => keeper.BeginAsync(context);

        public Task PostExecute(BehaviorContext<Migration> context) => Task.CompletedTask;

        public Task PostExecute<T>(BehaviorContext<Migration, T> context) where T : class => EndAsync(context, machine);

        public Task ExecuteFault(BehaviorContext<Migration> context, Exception exception) => Task.CompletedTask;

        public Task ExecuteFault<T>(BehaviorContext<Migration, T> context, Exception exception) where T : class => Task.CompletedTask;
    }
}

internal static class TurnContext
{
    /// <summary>The context whose one transaction holds the message, the saga and what it sends.</summary>
    public static MigrationsContext Database(this BehaviorContext<Migration> c) => c.GetPayload<MigrationsContext>();
}

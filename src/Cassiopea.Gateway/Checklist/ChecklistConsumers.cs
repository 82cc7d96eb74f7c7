using Cassiopea.Contracts;
using Cassiopea.Gateway.Events;
using MassTransit;

namespace Cassiopea.Gateway.Checklist;

internal sealed class QuestionAnsweredConsumer(GatewayContext db, EventLog events) : IConsumer<QuestionAnswered>
{
    public async Task Consume(ConsumeContext<QuestionAnswered> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        if (await db.Answers.FindAsync([said.MigrationId, said.Number], token) is not null)
            return;
        db.Answers.Add(new AnswerRow
        {
            MigrationId = said.MigrationId,
            Number = said.Number,
            Rule = said.Rule,
            ItemId = said.ItemId,
            Choice = said.Choice,
            Actor = said.Actor,
            NoteId = said.NoteId,
            AsOf = said.AsOf,
        });
        await events.AddAsync(
            EventType.Message, said.MigrationId, said.ItemId, new { message = "question-answered", said.Rule, said.Choice, said.Actor }, said.AsOf, token);
    }
}

internal sealed class TaskAdvancedConsumer(GatewayContext db, EventLog events) : IConsumer<TaskAdvanced>
{
    public async Task Consume(ConsumeContext<TaskAdvanced> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("staff-task", said.TaskId.ToString(), token);
        var row = await db.StaffTasks.FindAsync([said.TaskId], token);
        if (row is null)
            db.StaffTasks.Add(row = new TaskRow { Id = said.TaskId, MigrationId = said.MigrationId, Rule = said.Rule, ItemId = said.ItemId, Code = said.Code, Gate = said.Gate });
        else if (said.Version <= row.Version)
            return;
        (row.Version, row.State, row.Assignee, row.Reason) = (said.Version, said.State, said.Assignee, said.Reason);
        (row.OpenedAt, row.DueAt, row.ClosedAt, row.AsOf) = (said.OpenedAt, said.DueAt, said.ClosedAt, said.AsOf);
        await events.AddAsync(
            EventType.Message, said.MigrationId, said.ItemId,
            new { message = "task", said.TaskId, said.Rule, said.Code, said.State, said.Assignee, said.Actor }, said.AsOf, token);
    }
}

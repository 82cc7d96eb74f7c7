namespace Cassiopea.Contracts;

/// <summary>Answer questions of the checklist; a later answer replaces an earlier one. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who answers.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="Answers">All of them, or none.</param>
[Command("migration")]
public sealed record AnswerChecklist(Guid OperationId, string Actor, Guid MigrationId, IReadOnlyList<ChecklistAnswer> Answers);

/// <summary>One answer: codes only. What was written with it stays in the gateway's database.</summary>
/// <param name="Rule">1 to 43.</param>
/// <param name="ItemId">For which item; null = for the migration, or for all items of the rule's kind.</param>
/// <param name="Choice">A choice of the rule, or <c>unknown</c>.</param>
/// <param name="NoteId">What was written with it, in the gateway's database; null = nothing.</param>
public sealed record ChecklistAnswer(int Rule, Guid? ItemId, string Choice, Guid? NoteId = null);

/// <summary>A question was answered.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="Number">From 1, in the order of answering: the one with the highest number counts.</param>
/// <param name="Rule">1 to 43.</param>
/// <param name="ItemId">For which item; null = for the migration, or for all items of the rule's kind.</param>
/// <param name="Choice">A choice of the rule, or <c>unknown</c>.</param>
/// <param name="Actor">Who answered; <c>system</c> when another command says it.</param>
/// <param name="NoteId">What was written with it, in the gateway's database; null = nothing.</param>
/// <param name="AsOf">When.</param>
public sealed record QuestionAnswered(Guid MigrationId, int Number, int Rule, Guid? ItemId, string Choice, string Actor, Guid? NoteId, DateTimeOffset AsOf);

/// <summary>Close a task that a person did, or decided. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Reason">What was done or decided; at least 10 characters, no address.</param>
/// <param name="Outcome"><c>done</c>, or <c>no-answer</c> for a call that the member did not take: then the migration is declined.</param>
[Command("migration")]
public sealed record CloseTask(Guid OperationId, string Actor, Guid MigrationId, Guid TaskId, string Reason, string Outcome = "done");

/// <summary>Give a task to a person. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who gives it.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Assignee">The person, as keys name them; empty = nobody.</param>
[Command("migration")]
public sealed record AssignTask(Guid OperationId, string Actor, Guid MigrationId, Guid TaskId, string Assignee);

/// <summary>Make one check of the pre-flight again: its items are entered at both ends once more. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="Check">The check's code.</param>
/// <param name="ItemId">For one item; null = for all items of the check's kind.</param>
[Command("migration")]
public sealed record RunCheck(Guid OperationId, string Actor, Guid MigrationId, string Check, Guid? ItemId);

/// <summary>A task for people was opened, given to somebody, closed, or is no longer wanted.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="TaskId">Always the same for the same rule, item and code.</param>
/// <param name="Version">Rises by one with each event of this task: an older one is dropped.</param>
/// <param name="Rule">1 to 43; 0 = from a check of the pre-flight.</param>
/// <param name="ItemId">For which item; null = for the migration.</param>
/// <param name="Code">What is to be done: stable, kebab-case.</param>
/// <param name="Gate">What waits for it: Plan, Copy, CutOver, HandOver or None.</param>
/// <param name="State">Open, Closed or Withdrawn.</param>
/// <param name="Assignee">Who has it; empty = nobody.</param>
/// <param name="Reason">What was done or decided, when closed.</param>
/// <param name="Actor">Who caused this.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="DueAt">By when it should be done.</param>
/// <param name="ClosedAt">When it was closed; null before.</param>
/// <param name="AsOf">When.</param>
public sealed record TaskAdvanced(
    Guid MigrationId,
    Guid TaskId,
    int Version,
    int Rule,
    Guid? ItemId,
    string Code,
    string Gate,
    string State,
    string Assignee,
    string Reason,
    string Actor,
    DateTimeOffset OpenedAt,
    DateTimeOffset DueAt,
    DateTimeOffset? ClosedAt,
    DateTimeOffset AsOf);

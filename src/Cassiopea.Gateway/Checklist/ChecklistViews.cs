using Cassiopea.Contracts;

namespace Cassiopea.Gateway.Checklist;

/// <summary>The checklist of a migration, in one language.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="RulesVersion">Rises when the rules change.</param>
/// <param name="Language">fr, nl or en.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="Gates">What waits, and for what.</param>
/// <param name="Groups">The entries, grouped as in the guide; groups without an entry are left out.</param>
/// <param name="Plan">The readable part of the plan, as the answers make it.</param>
/// <param name="Online">Bytes of mail kept on servers day and night, before and after.</param>
internal sealed record ChecklistView(
    Guid MigrationId, int RulesVersion, string Language, ProgressCount Progress, IReadOnlyList<GateView> Gates, IReadOnlyList<ChecklistGroup> Groups,
    IReadOnlyList<StepView> Plan, OnlineView Online);

/// <summary>How many questions are asked, answered, and the share in percent.</summary>
internal sealed record ProgressCount(int Asked, int Answered, int Percent);

/// <summary>A gate.</summary>
/// <param name="Gate">Plan, Copy, CutOver or HandOver.</param>
/// <param name="Name">In words.</param>
/// <param name="IsOpen">True when nothing of the checklist keeps it shut.</param>
/// <param name="Blocks">What keeps it shut.</param>
internal sealed record GateView(string Gate, string Name, bool IsOpen, IReadOnlyList<BlockView> Blocks);

/// <summary>Something that keeps a gate shut.</summary>
/// <param name="Rule">Because of which rule.</param>
/// <param name="ItemId">For which item; null = for the migration.</param>
/// <param name="ItemName">Its name.</param>
/// <param name="Why">unanswered, task, choice or fact.</param>
/// <param name="By">Who can open it: member, staff, provider or system.</param>
/// <param name="Text">In words.</param>
internal sealed record BlockView(int Rule, Guid? ItemId, string? ItemName, string Why, string By, string Text);

/// <summary>Entries that belong together.</summary>
internal sealed record ChecklistGroup(string Group, string Name, IReadOnlyList<EntryView> Entries);

/// <summary>A rule that applies.</summary>
/// <param name="Rule">1 to 43.</param>
/// <param name="ItemId">For which item; null = for the migration.</param>
/// <param name="ItemName">Its name.</param>
/// <param name="Sort">Question, Fact or Task.</param>
/// <param name="Guide">The guide's own words, in French.</param>
/// <param name="Ask">What is asked or said.</param>
/// <param name="Help">What helps to answer.</param>
/// <param name="Acts">Who acts: member, staff, provider or system.</param>
/// <param name="Blocks">Which gate waits until it is answered: None, Plan, Copy, CutOver or HandOver.</param>
/// <param name="Choices">What can be answered; empty where nothing is asked.</param>
/// <param name="Answer">The answer; null while there is none.</param>
/// <param name="AnswerIsForAll">The answer was given for all items of this kind.</param>
/// <param name="Proposed">The choice that measured facts speak for.</param>
/// <param name="Conflict">A measured fact that contradicts the answer.</param>
/// <param name="Facts">What was measured of the item.</param>
/// <param name="MeasuredAt">When the item was last heard of.</param>
internal sealed record EntryView(
    int Rule, Guid? ItemId, string? ItemName, string Sort, IReadOnlyList<string> Guide, string Ask, string Help, string Acts, string Blocks,
    IReadOnlyList<ChoiceView> Choices, AnswerView? Answer, bool AnswerIsForAll, string? Proposed, Fact? Conflict, IReadOnlyList<Fact> Facts, DateTimeOffset? MeasuredAt);

/// <summary>One possible answer.</summary>
/// <param name="Code">What to send.</param>
/// <param name="Text">In words.</param>
/// <param name="Steps">What it adds to the plan, in words.</param>
/// <param name="Task">The task for staff that it makes, in words; null = none.</param>
/// <param name="Holds">Which gate stays shut with it: None, Plan, Copy, CutOver or HandOver.</param>
internal sealed record ChoiceView(string Code, string Text, IReadOnlyList<string> Steps, string? Task, string Holds);

/// <summary>An answer.</summary>
internal sealed record AnswerView(int Number, int Rule, Guid? ItemId, string Choice, string Text, string Actor, string? Note, DateTimeOffset At);

/// <summary>A step of the plan.</summary>
internal sealed record StepView(int Rule, Guid? ItemId, string? ItemName, string Code, string Text, string By, string ByText);

/// <summary>Mail kept on servers day and night.</summary>
/// <param name="BytesBefore">At the old place.</param>
/// <param name="BytesAfter">At the new place, as the answers make it; a mailbox whose share is not known yet counts whole.</param>
/// <param name="Estimated">True when at least one share is not known yet.</param>
internal sealed record OnlineView(long BytesBefore, long BytesAfter, bool Estimated);

/// <summary>The pre-flight: each named check at both ends.</summary>
internal sealed record PreflightView(Guid MigrationId, string Language, int Green, int Amber, int Red, int Unknown, IReadOnlyList<CheckView> Checks);

/// <summary>One check.</summary>
/// <param name="Code">Stable, kebab-case.</param>
/// <param name="ItemId">For which item; null = for the migration.</param>
/// <param name="ItemName">Its name.</param>
/// <param name="End">source, target or ours.</param>
/// <param name="State">Unknown, Green, Amber or Red; the plan waits while it is red.</param>
/// <param name="StateText">In words.</param>
/// <param name="Text">What it looks for.</param>
/// <param name="Fix">What is to be done when it is bad, and by whom.</param>
/// <param name="Fact">The measured fact that makes it bad.</param>
/// <param name="AsOf">When the item was last heard of.</param>
internal sealed record CheckView(
    string Code, Guid? ItemId, string? ItemName, string End, string State, string StateText, string Text, string Fix, Fact? Fact, DateTimeOffset? AsOf);

/// <summary>Which item a check is made for again; left out = all of its kind.</summary>
internal sealed record CheckBody(Guid? ItemId);

/// <summary>The dry run of the whole migration.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="Things">Messages, files and rows that are foretold.</param>
/// <param name="Bytes">Bytes that are foretold.</param>
/// <param name="LeastSeconds">When all items are copied side by side.</param>
/// <param name="MostSeconds">When they are copied one after the other.</param>
/// <param name="Problems">What would not arrive as it is.</param>
/// <param name="Complete">True when something is foretold of each item.</param>
/// <param name="Items">Each item, with what came beside it.</param>
internal sealed record DryRunView(
    Guid MigrationId, long Things, long Bytes, double? LeastSeconds, double? MostSeconds, int Problems, bool Complete, IReadOnlyList<DryRunItem> Items);

/// <summary>What was foretold of one item, and what came.</summary>
internal sealed record DryRunItem(Guid ItemId, ItemKind Kind, string Name, Prediction? Foretold, TransferCounts? Counts, long Bytes, double Seconds);

/// <summary>A task for people, with its thread.</summary>
/// <param name="Id">The task.</param>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberReference">Whose.</param>
/// <param name="Rule">From which rule.</param>
/// <param name="ItemId">For which item; null = for the migration.</param>
/// <param name="ItemName">Its name.</param>
/// <param name="Code">What: stable, kebab-case.</param>
/// <param name="Text">In words.</param>
/// <param name="Gate">What waits for it.</param>
/// <param name="State">Open, Closed or Withdrawn.</param>
/// <param name="Assignee">Who has it; empty = nobody.</param>
/// <param name="Reason">What was done or decided.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="DueAt">By when.</param>
/// <param name="ClosedAt">When it was closed.</param>
/// <param name="Thread">What was written about it, oldest first.</param>
internal sealed record TaskView(
    Guid Id, Guid MigrationId, string MemberReference, int Rule, Guid? ItemId, string? ItemName, string Code, string Text, string Gate, string State,
    string Assignee, string Reason, DateTimeOffset OpenedAt, DateTimeOffset DueAt, DateTimeOffset? ClosedAt, IReadOnlyList<NoteView> Thread);

/// <summary>What somebody wrote.</summary>
internal sealed record NoteView(Guid Id, string Author, string Words, DateTimeOffset At);

/// <summary>Answers to give, all or none.</summary>
internal sealed record AnswersBody(IReadOnlyList<AnswerBody>? Answers);

/// <summary>One answer.</summary>
/// <param name="Rule">1 to 43.</param>
/// <param name="ItemId">For which item; left out = for the migration, or for all items of the rule's kind.</param>
/// <param name="Choice">A choice of the rule, or unknown.</param>
/// <param name="Note">What else is to be said; at most 2,000 characters.</param>
internal sealed record AnswerBody(int Rule, Guid? ItemId, string? Choice, string? Note);

/// <summary>How a task ended.</summary>
/// <param name="Reason">What was done or decided.</param>
/// <param name="Outcome">done, or no-answer for a call that the member did not take; left out = done.</param>
internal sealed record TaskEndBody(string? Reason, string? Outcome);

/// <summary>Who is to do a task; empty = nobody.</summary>
internal sealed record AssigneeBody(string? Assignee);

/// <summary>What to add to a thread.</summary>
internal sealed record WordsBody(string? Words);

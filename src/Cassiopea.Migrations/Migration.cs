using Cassiopea.Checklist.Preflight;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;
using Cassiopea.Migrations.Dossiers;
using Cassiopea.Migrations.Notices;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>One member's whole departure: the saga instance and all that belongs to it. Stored by state name.</summary>
internal sealed class Migration : SagaStateMachineInstance
{
    public Guid CorrelationId { get; set; }
    public string CurrentState { get; set; } = "";
    public Guid MemberId { get; set; }
    public string MemberReference { get; set; } = "";
    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>Where a pause or a stop for staff returns to.</summary>
    public MigrationState? HeldFrom { get; set; }

    /// <summary>Where an invoice that arrived later returns to once it is paid; null before the first copy of anything was allowed.</summary>
    public MigrationState? GateReturnTo { get; set; }

    public string HeldReason { get; set; } = "";

    /// <summary>Who cancelled and why, while an old list is closed still; empty = nobody did.</summary>
    public string CancelAsked { get; set; } = "";

    // invoices
    public InvoiceStatus? Invoices { get; set; }
    public long OpenCents { get; set; }
    public string InvoiceExplanation { get; set; } = "";
    public string InvoiceSource { get; set; } = "";
    public DateTimeOffset? InvoiceSourceAsOf { get; set; }
    public DateTimeOffset? InvoicesAsOf { get; set; }

    /// <summary>What the member says against the dues, while staff have not answered: nobody is reminded.</summary>
    public string InvoicesContested { get; set; } = "";

    /// <summary>Reminders sent in this round of waiting for the member.</summary>
    public int Reminders { get; set; }

    /// <summary>Template of that round.</summary>
    public string RemindedFor { get; set; } = "";

    // survey and plan
    public int SurveyRound { get; set; }

    /// <summary>Answers that were given so far.</summary>
    public int AnswerNumber { get; set; }

    public DateTimeOffset? SurveyAskedAt { get; set; }
    public string PlanSha256 { get; set; } = "";
    public DateTimeOffset? PlannedAt { get; set; }

    /// <summary>What the dry run of the whole foretold when the plan was approved; kept to be compared with what came.</summary>
    public DryRun? Foretold { get; set; }

    // passes and cut-over
    public DateTimeOffset? LastRoundAt { get; set; }
    public DateTimeOffset? WindowOpensAt { get; set; }
    public DateTimeOffset? WindowClosesAt { get; set; }
    public bool WindowApproved { get; set; }
    public int WindowRound { get; set; }

    /// <summary>The member's consent to the change of DNS, in words; empty while there is none.</summary>
    public string SwitchConsent { get; set; } = "";
    public string SwitchConsentBy { get; set; } = "";
    public DateTimeOffset? SwitchConsentAt { get; set; }

    /// <summary>From here on visitors may be at the new place: a failure is rolled back instead of returned from.</summary>
    public DateTimeOffset? DnsAskedAt { get; set; }

    public DateTimeOffset? WatchingSince { get; set; }
    public DateTimeOffset? DifferencesToldAt { get; set; }

    // the end
    public DateTimeOffset? HandedOverAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string EndReason { get; set; } = "";
    public DateTimeOffset? ErasureAskedAt { get; set; }
    public DateTimeOffset? ErasedAt { get; set; }

    // what was told and when the clock is to wake this migration
    public int ToldVersion { get; set; }
    public string ToldSha256 { get; set; } = "";
    public DateTimeOffset? WakeAt { get; set; }

    /// <summary>PostgreSQL's <c>xmin</c>: the safety net under the advisory lock.</summary>
    public uint RowVersion { get; set; }

    public List<Item> Items { get; } = [];
    public List<KindSurvey> Surveys { get; } = [];
    public List<Approval> Approvals { get; } = [];
    public List<Notice> Notices { get; } = [];
    public List<Answer> Answers { get; } = [];
    public List<StaffTask> Tasks { get; } = [];
    public List<WorkReceipt> WorkReceipts { get; } = [];

    /// <summary>What the signed list of the dossier's files holds.</summary>
    public IReadOnlyList<DossierFile> DossierFiles { get; set; } = [];

    /// <summary>What happens while one message is handled; not stored.</summary>
    public Turn Turn { get; set; } = null!;

    public MigrationState State => Enum.Parse<MigrationState>(CurrentState);

    /// <summary>Where the story stands, seen through a pause, a stop for staff and the invoice gate.</summary>
    public MigrationState StoryState => State switch
    {
        MigrationState.Paused or MigrationState.NeedsStaff when HeldFrom is { } held && held != MigrationState.AwaitingPayment => held,
        MigrationState.Paused or MigrationState.NeedsStaff or MigrationState.AwaitingPayment when GateReturnTo is { } gate => gate,
        MigrationState.Paused or MigrationState.NeedsStaff when HeldFrom is { } held => held,
        var state => state,
    };

    public IEnumerable<Item> Active => Items.Where(i => i.State != ItemState.Excluded);

    public bool HasDomain => Active.Any(i => i.Kind == ItemKind.Domain);

    /// <summary>Two people and, where DNS changes, the member said yes.</summary>
    public bool SwitchAgreed => WindowApproved && (!HasDomain || SwitchConsentAt is not null);

    /// <summary>The item can be switched, and is no mailbox on which the rights over a domain still hang.</summary>
    public bool MaySwitch(Item item) => item.MaySwitch && !DomainGates.HoldsSwitch(this, item);

    /// <summary>The same kind and name in the same migration is the same item, whoever named it first.</summary>
    public Item? Find(ItemKind kind, string name) => Items.SingleOrDefault(i => i.Kind == kind && Item.Normal(i.Name) == Item.Normal(name));

    public KindSurvey? Survey(ItemKind kind) => Surveys.SingleOrDefault(s => s.Kind == kind);

    /// <summary>False when the kind's service said that it cannot look for it, so cannot move it either.</summary>
    public bool CanMove(ItemKind kind) =>
        kind != ItemKind.SpecialApplication && Survey(kind) is not { Outcome: SurveyOutcome.NotSurveyed, Failure.Code: FailureCode.NotSurveyed };

    /// <summary>The last answer that says something lets the migration pass. Unknown neither passes nor blocks what goes on already.</summary>
    public bool InvoicesPass =>
        Invoices is InvoiceStatus.Clear or InvoiceStatus.Exempt or InvoiceStatus.Instalments or InvoiceStatus.AwaitingFinalInvoice;

    public bool InvoicesDue => Invoices == InvoiceStatus.Due;
}

using Cassiopea.Contracts;

namespace Cassiopea.Migrations;

/// <summary>What is known about one kind of service of the member: asked, found, nothing, not surveyed, or excluded by staff.</summary>
internal sealed class KindSurvey
{
    /// <summary>The kinds that a service can look for; special applications are always asked of people.</summary>
    public static readonly IReadOnlyList<ItemKind> Kinds =
        [ItemKind.Mailbox, ItemKind.Site, ItemKind.Database, ItemKind.Domain, ItemKind.MailingList];

    public Guid MigrationId { get; set; }
    public ItemKind Kind { get; set; }
    public DateTimeOffset AskedAt { get; set; }

    /// <summary>Null while the service has not answered the last question.</summary>
    public SurveyOutcome? Outcome { get; set; }

    public Failure? Failure { get; set; }
    public DateTimeOffset? AsOf { get; set; }
    public string ExcludedBy { get; set; } = "";
    public string ExcludedReason { get; set; } = "";

    public bool Excluded => ExcludedReason.Length > 0;

    /// <summary>Not surveyed is not nothing found: it keeps the hand-over shut until surveyed or excluded.</summary>
    public bool Open => !Excluded && (Outcome is null or SurveyOutcome.NotSurveyed);
}

/// <summary>One person's yes to one window.</summary>
internal sealed class Approval
{
    public Guid MigrationId { get; set; }
    public int WindowRound { get; set; }
    public string Actor { get; set; } = "";
    public DateTimeOffset OpensAt { get; set; }
    public DateTimeOffset ClosesAt { get; set; }
    public DateTimeOffset ApprovedAt { get; set; }
}

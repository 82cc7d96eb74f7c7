using Cassiopea.Contracts;

namespace Cassiopea.Gateway.Board;

internal sealed class MemberRow
{
    public Guid Id { get; init; }
    public required string Reference { get; init; }
    public string Name { get; set; } = "";
    public string Language { get; set; } = "";
    public string ContactEmail { get; set; } = "";
    public string SecondEmail { get; set; } = "";
    public DateTimeOffset? ContactVerifiedAt { get; set; }
    public DateTimeOffset? SecondVerifiedAt { get; set; }
    public DateTimeOffset AsOf { get; set; }
}

internal sealed class LedgerRow
{
    public required string MemberReference { get; init; }
    public IReadOnlyList<InvoiceLine> Invoices { get; set; } = [];
    public DateTimeOffset AsOf { get; set; }
}

internal sealed class PaymentRow
{
    public required string BankReference { get; init; }

    /// <summary>The payer; empty while nobody could be matched.</summary>
    public string MemberReference { get; set; } = "";

    public long AmountCents { get; set; }
    public string Communication { get; set; } = "";
    public DateOnly ReceivedOn { get; set; }
    public DateTimeOffset AsOf { get; set; }
}

internal sealed class MigrationRow
{
    public Guid Id { get; init; }
    public Guid MemberId { get; init; }
    public required string MemberReference { get; init; }
    public MigrationState State { get; set; }
    public int Version { get; set; }
    public string Actor { get; set; } = "";
    public string Reason { get; set; } = "";
    public string WaitingFor { get; set; } = "";
    public string WaitingText { get; set; } = "";
    public DateTimeOffset? NextDueAt { get; set; }
    public string[] Allowed { get; set; } = [];
    public DateTimeOffset AsOf { get; set; }

    /// <summary>When the board took this version in; an operation that ended later may already have changed it.</summary>
    public DateTimeOffset SeenAt { get; set; }
}

internal sealed class InvoiceCheckRow
{
    public Guid MigrationId { get; init; }
    public required string MemberReference { get; init; }
    public InvoiceStatus Status { get; set; }
    public long OpenCents { get; set; }
    public string Explanation { get; set; } = "";
    public string Source { get; set; } = "";
    public DateTimeOffset? SourceAsOf { get; set; }

    /// <summary>What the member says against it; empty when nothing, or answered.</summary>
    public string Contested { get; set; } = "";
    public DateTimeOffset AsOf { get; set; }
}

internal sealed class SurveyRow
{
    public Guid MigrationId { get; init; }
    public ItemKind Kind { get; init; }
    public SurveyOutcome Outcome { get; set; }
    public int Found { get; set; }
    public Failure? Failure { get; set; }
    public DateTimeOffset AsOf { get; set; }
}

internal sealed class ItemRow
{
    public Guid Id { get; init; }
    public Guid MigrationId { get; init; }
    public ItemKind Kind { get; init; }
    public required string Name { get; init; }
    public ItemState State { get; set; }
    public int Version { get; set; }
    public int Pass { get; set; }
    public Contracts.Endpoint? Source { get; set; }
    public Contracts.Endpoint? Target { get; set; }
    public Grade? Grade { get; set; }
    public Failure? Failure { get; set; }

    /// <summary>Of <see cref="Failure"/>, computed by the database, to look for.</summary>
    public string? FailureCode { get; private set; }
    public IReadOnlyList<Fact> Facts { get; set; } = [];
    public IReadOnlyList<ItemException> Exceptions { get; set; } = [];
    public bool ExceptionsApproved { get; set; }
    public ItemArrangement? Arrangement { get; set; }
    public string Reason { get; set; } = "";

    /// <summary>Who held it: no pass of it runs; empty when nobody did.</summary>
    public string HeldBy { get; set; } = "";

    public DateTimeOffset AsOf { get; set; }
}

internal sealed class ProgressRow
{
    public Guid ItemId { get; init; }
    public Guid MigrationId { get; init; }
    public int Pass { get; set; }
    public long Done { get; set; }
    public long Total { get; set; }
    public long BytesDone { get; set; }
    public long BytesTotal { get; set; }
    public long BytesPerSecond { get; set; }
    public TimeSpan? Remaining { get; set; }
    public DateTimeOffset AsOf { get; set; }
}

/// <summary>What a credential opens and whether it is there; the secret is in the vault alone.</summary>
internal sealed class CredentialRow
{
    public Guid Id { get; init; }
    public Guid? MemberId { get; set; }
    public Guid? MigrationId { get; set; }
    public Guid? ItemId { get; set; }
    public string? Side { get; set; }
    public int Version { get; set; }
    public DateTimeOffset? StoredAt { get; set; }
    public DateTimeOffset? ErasedAt { get; set; }
}

/// <summary>A signed receipt of what was erased.</summary>
internal sealed class ReceiptRow
{
    public Guid MigrationId { get; init; }
    public required string Name { get; init; }
    public string Json { get; init; } = "";
    public string Signature { get; init; } = "";
    public DateTimeOffset AsOf { get; init; }

    /// <summary>Of the signed list of the dossier's files that has this receipt too.</summary>
    public int Number { get; init; }

    public string Contents { get; init; } = "";
    public string ContentsSignature { get; init; } = "";
}

internal sealed class DossierRow
{
    public byte[] Pdf { get; set; } = [];
    public string PublicKeyPem { get; set; } = "";

    /// <summary>The signed list of its files at the hand-over; empty from older senders.</summary>
    public string Contents { get; set; } = "";

    public string ContentsSignature { get; set; } = "";
    public Guid MigrationId { get; init; }
    public Guid MemberId { get; init; }
    public string Sha256 { get; set; } = "";
    public string Json { get; set; } = "";
    public string Html { get; set; } = "";
    public DateTimeOffset AsOf { get; set; }
}

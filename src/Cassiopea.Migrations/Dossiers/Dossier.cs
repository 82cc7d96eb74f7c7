using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cassiopea.Checklist.Preflight;
using Cassiopea.Contracts;
using Endpoint = Cassiopea.Contracts.Endpoint;

namespace Cassiopea.Migrations.Dossiers;

/// <summary>What a member takes along: what moved where, how faithfully, what did not and why. No secret, nothing of another member.</summary>
internal sealed class Dossier
{
    public Guid MigrationId { get; set; }
    public Guid MemberId { get; set; }

    /// <summary>SHA-256, lower-case hex, of <see cref="Json"/> in UTF-8.</summary>
    public string Sha256 { get; set; } = "";

    public string Json { get; set; } = "";
    public string Html { get; set; } = "";
    public DateTimeOffset MadeAt { get; set; }

    /// <summary>The same on pages to print.</summary>
    public byte[] Pdf { get; set; } = [];

    /// <summary>Files of a dossier before any receipt: page, print, data, key.</summary>
    public const int FileCount = 4;

    /// <summary>The same facts give the same text, byte for byte.</summary>
    public static Dossier Build(Migration m, string publicKeyPem)
    {
        var content = DossierContent.Of(m, publicKeyPem);
        var json = JsonSerializer.Serialize(content, Migrations.Json.Indented).ReplaceLineEndings("\n");
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
        var language = m.Turn.Member?.Language ?? "fr";
        return new Dossier
        {
            MigrationId = m.CorrelationId,
            MemberId = m.MemberId,
            Sha256 = sha256,
            Json = json,
            Html = DossierPage.Html(content, sha256, language),
            Pdf = DossierPage.Pdf(content, sha256, language),
            MadeAt = m.Turn.Now,
        };
    }

    /// <summary>All that must be in the file that the member keeps.</summary>
    public IReadOnlyList<DossierFile> Files(string publicKeyPem) =>
        [DossierFile.Of("dossier.html", Html), DossierFile.Of("dossier.json", Json), DossierFile.Of("dossier.pdf", Pdf), DossierFile.Of("key.pem", publicKeyPem)];
}

/// <summary>The dossier as data.</summary>
internal sealed record DossierContent(
    int Format,
    Guid MigrationId,
    DossierMember Member,
    DossierDates Dates,
    DossierInvoices Invoices,
    string PlanSha256,
    IReadOnlyList<DossierKind> Kinds,
    IReadOnlyList<DossierItem> Items,
    DossierErasure Erasure,
    DossierConsent? Consent,
    DryRun? Foretold)
{
    public static DossierContent Of(Migration m, string receiptPublicKey) => new(
        1,
        m.CorrelationId,
        new DossierMember(m.MemberReference, m.Turn.Member?.Name ?? ""),
        new DossierDates(m.RequestedAt, m.PlannedAt, m.WatchingSince, m.HandedOverAt),
        new DossierInvoices(m.Invoices, m.OpenCents, m.InvoiceExplanation, m.InvoiceSource, m.InvoiceSourceAsOf, m.InvoicesAsOf),
        m.PlanSha256,
        [.. m.Surveys.OrderBy(s => s.Kind).Select(s => new DossierKind(s.Kind, s.Outcome, s.AsOf, s.Failure?.Code, s.ExcludedReason, s.ExcludedBy))],
        [.. m.Items.OrderBy(i => i.Kind).ThenBy(i => i.Name, StringComparer.Ordinal).Select(DossierItem.Of)],
        new DossierErasure(m.Turn.Options.CredentialErasure, receiptPublicKey, m.HandedOverAt + m.Turn.Options.Retention),
        m.SwitchConsentAt is { } at ? new DossierConsent(m.SwitchConsent, m.SwitchConsentBy, at) : null,
        m.Foretold);
}

/// <summary>The member's consent to the change of DNS.</summary>
internal sealed record DossierConsent(string Words, string By, DateTimeOffset At);

internal sealed record DossierMember(string Reference, string Name);

internal sealed record DossierDates(DateTimeOffset RequestedAt, DateTimeOffset? PlannedAt, DateTimeOffset? CutOverAt, DateTimeOffset? HandedOverAt);

internal sealed record DossierInvoices(InvoiceStatus? Status, long OpenCents, string Explanation, string Source, DateTimeOffset? SourceAsOf, DateTimeOffset? CheckedAt);

/// <summary>One kind of service: looked for, found, not surveyed, or excluded and why.</summary>
internal sealed record DossierKind(ItemKind Kind, SurveyOutcome? Outcome, DateTimeOffset? AsOf, string? FailureCode, string ExcludedReason, string ExcludedBy);

internal sealed record DossierEnd(string Protocol, string Host, int Port, TlsPolicy Tls, string Login)
{
    public static DossierEnd? Of(Endpoint? e) => e is null ? null : new(e.Protocol, e.Host, e.Port, e.Tls, e.Login);
}

internal sealed record DossierException(string Item, FailureSide Side, FailureKind Kind, string Code, string Text, string Action);

internal sealed record DossierItem(
    ItemKind Kind,
    string Name,
    ItemState State,
    Grade? Grade,
    DossierEnd? Source,
    DossierEnd? Target,
    int Passes,
    TransferCounts? Counts,
    long Bytes,
    long Compared,
    long DifferenceCount,
    string ManifestSha256,
    IReadOnlyList<Fact> Facts,
    IReadOnlyList<DossierException> Exceptions,
    string ApprovedBy,
    string ApprovalReason,
    string ExcludedReason,
    DossierArrangement Arrangement,
    DossierZone? Zone)
{
    public static DossierItem Of(Item i) => new(
        i.Kind, i.Name, i.State, i.Grade, DossierEnd.Of(i.Source), DossierEnd.Of(i.Target), i.Pass, i.Counts, i.Bytes, i.Compared, i.DifferenceCount,
        i.ManifestSha256, i.Facts,
        [.. i.Exceptions.Select(e => new DossierException(e.Item, e.Failure.Side, e.Failure.Kind, e.Failure.Code, e.Failure.Text, e.Action))],
        i.ApprovedBy, i.ApprovalReason, i.ExcludedReason, DossierArrangement.Of(i), i.ZoneTexts is { } zone ? new DossierZone(zone.Before, zone.After) : null);
}

/// <summary>What was decided beside the two ends: strategy, the new host's own people, the archive with the fingerprints of its files, what was foretold.</summary>
internal sealed record DossierArrangement(
    MailboxStrategy? Strategy, DateTimeOffset? OnlineSince, DateTimeOffset? LastFetchConfirmedAt, string LastFetchConfirmedBy, HostMove? Host, ItemArchive? Archive, Prediction? Predicted, double Seconds, SiteStatistics? Statistics = null,
    DatabaseChoices? Database = null, CharsetsRepaired? Repaired = null, DatabaseReplaced? Replaced = null, string ReadAccount = "", ReceivingHost? Receiving = null)
{
    public static DossierArrangement Of(Item i) => new(
        i.Kind == ItemKind.Mailbox || i.IsDropped ? i.Strategy : null, i.OnlineSince, i.LastFetchConfirmedAt, i.LastFetchConfirmedBy, i.Host, i.Archive, i.Prediction, i.Seconds, i.Statistics, i.Choices, i.Repaired, i.Replaced, i.ReadAccount?.Login ?? "", i.Receiving);
}

/// <summary>Credentials are erased after the hand-over: the signed receipt is a file of its own, verified with this key (ECDSA P-256, SHA-256). All else goes at <paramref name="DeletedAt"/>.</summary>
internal sealed record DossierErasure(TimeSpan Within, string ReceiptPublicKey, DateTimeOffset? DeletedAt);

/// <summary>A domain's records as they were and as they were made (RFC 1035 §5).</summary>
internal sealed record DossierZone(string Before, string After);

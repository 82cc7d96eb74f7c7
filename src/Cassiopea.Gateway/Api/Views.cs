using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Events;

namespace Cassiopea.Gateway.Api;

/// <summary>A member association.</summary>
internal sealed record MemberView(
    Guid Id, string Reference, string Name, string Language, string ContactEmail, DateTimeOffset AsOf,
    string SecondEmail, DateTimeOffset? ContactVerifiedAt, DateTimeOffset? SecondVerifiedAt)
{
    public static MemberView Of(MemberRow row) => new(
        row.Id, row.Reference, row.Name, row.Language, row.ContactEmail, row.AsOf, row.SecondEmail, row.ContactVerifiedAt, row.SecondVerifiedAt);
}

/// <summary>What the last invoice check said.</summary>
internal sealed record InvoiceCheckView(InvoiceStatus Status, long OpenCents, string Explanation, string Source, DateTimeOffset? SourceAsOf, DateTimeOffset AsOf, string Contested)
{
    public static InvoiceCheckView Of(InvoiceCheckRow row) => new(row.Status, row.OpenCents, row.Explanation, row.Source, row.SourceAsOf, row.AsOf, row.Contested);
}

/// <summary>A member's invoices.</summary>
internal sealed record InvoicesView(Guid MemberId, string MemberReference, InvoiceCheckView? Check, IReadOnlyList<InvoiceLine> Invoices, DateTimeOffset? AsOf);

/// <summary>A payment that was recorded; <c>memberReference</c> is empty while nobody could be matched.</summary>
internal sealed record PaymentView(
    string BankReference, string MemberReference, long AmountCents, string Communication, DateOnly ReceivedOn, DateTimeOffset AsOf)
{
    public static PaymentView Of(PaymentRow row) => new(
        row.BankReference, row.MemberReference, row.AmountCents, row.Communication, row.ReceivedOn, row.AsOf);
}

/// <summary>A migration in a list.</summary>
internal sealed record MigrationSummary(
    Guid Id, Guid MemberId, string MemberReference, string MemberName, MigrationState State, int Version, string WaitingFor, string WaitingText,
    string Actor, string Reason, DateTimeOffset? NextDueAt, IReadOnlyList<string> Allowed, DateTimeOffset AsOf)
{
    public static MigrationSummary Of(MigrationRow row, string memberName) => new(
        row.Id, row.MemberId, row.MemberReference, memberName, row.State, row.Version, row.WaitingFor, row.WaitingText,
        row.Actor, row.Reason, row.NextDueAt, row.Allowed, row.AsOf);
}

/// <summary>What a service answered when it looked for one kind of item.</summary>
internal sealed record SurveyView(ItemKind Kind, SurveyOutcome Outcome, int Found, Failure? Failure, DateTimeOffset AsOf)
{
    public static SurveyView Of(SurveyRow row) => new(row.Kind, row.Outcome, row.Found, row.Failure, row.AsOf);
}

/// <summary>How far the last pass is.</summary>
internal sealed record ProgressView(
    int Pass, long Done, long Total, long BytesDone, long BytesTotal, long BytesPerSecond, double? RemainingSeconds, DateTimeOffset AsOf)
{
    public static ProgressView? Of(ProgressRow? row) => row is null ? null : new(
        row.Pass, row.Done, row.Total, row.BytesDone, row.BytesTotal, row.BytesPerSecond, row.Remaining?.TotalSeconds, row.AsOf);
}

/// <summary>An item in its migration.</summary>
internal sealed record ItemSummary(
    Guid Id, ItemKind Kind, string Name, ItemState State, int Version, int Pass, Grade? Grade, Failure? Failure, int Exceptions, bool ExceptionsApproved,
    ProgressView? Progress)
{
    public static ItemSummary Of(ItemRow row, ProgressRow? progress) => new(
        row.Id, row.Kind, row.Name, row.State, row.Version, row.Pass, row.Grade, row.Failure, row.Exceptions.Count, row.ExceptionsApproved,
        ProgressView.Of(progress));
}

/// <summary>A migration with all that belongs to it.</summary>
/// <param name="Migration">The migration.</param>
/// <param name="Invoices">The last invoice check.</param>
/// <param name="Surveys">What each service found.</param>
/// <param name="Items">Its items.</param>
/// <param name="DossierSha256">SHA-256 of the dossier; null before it was delivered.</param>
internal sealed record MigrationView(
    MigrationSummary Migration, InvoiceCheckView? Invoices, IReadOnlyList<SurveyView> Surveys, IReadOnlyList<ItemSummary> Items, string? DossierSha256);

/// <summary>An item with its two ends and what is known of it.</summary>
internal sealed record ItemView(
    Guid Id, Guid MigrationId, ItemKind Kind, string Name, ItemState State, int Version, int Pass, EndpointView? Source, EndpointView? Target, Grade? Grade,
    Failure? Failure, IReadOnlyList<Fact> Facts, IReadOnlyList<ItemException> Exceptions, bool ExceptionsApproved, string Reason, ProgressView? Progress,
    ItemArrangement? Arrangement, DateTimeOffset AsOf, string HeldBy)
{
    public static ItemView Of(ItemRow row, ProgressRow? progress) => new(
        row.Id, row.MigrationId, row.Kind, row.Name, row.State, row.Version, row.Pass, EndpointView.Of(row.Source), EndpointView.Of(row.Target), row.Grade,
        row.Failure, row.Facts, row.Exceptions, row.ExceptionsApproved, row.Reason, ProgressView.Of(progress), row.Arrangement, row.AsOf, row.HeldBy);
}

/// <summary>One end of an item.</summary>
internal sealed record EndpointView(Guid EndpointId, string Protocol, string Host, int Port, TlsPolicy Tls, string Login, Guid CredentialId, string? CertificatePin, string? Path)
{
    public static EndpointView? Of(Contracts.Endpoint? end) => end is null ? null : new(
        end.EndpointId, end.Protocol, end.Host, end.Port, end.Tls, end.Login, end.CredentialId, end.CertificatePin, end.Path);
}

/// <summary>Something that happened in a migration.</summary>
/// <param name="Id">Global number; the id of the same event in the live stream.</param>
/// <param name="Type">state, operation or message.</param>
/// <param name="ItemId">About which item.</param>
/// <param name="Data">What happened.</param>
/// <param name="At">When.</param>
internal sealed record TimelineEntry(long Id, string Type, Guid? ItemId, JsonElement Data, DateTimeOffset At)
{
    public static TimelineEntry Of(EventRow row) => new(row.Id, row.Type, row.ItemId, JsonSerializer.Deserialize<JsonElement>(row.Data), row.At);
}

/// <summary>Whether a credential is there; never what it is.</summary>
internal sealed record CredentialStatus(
    Guid CredentialId, string Status, int Version, DateTimeOffset? StoredAt, Guid? MigrationId, Guid? ItemId, string? Side);

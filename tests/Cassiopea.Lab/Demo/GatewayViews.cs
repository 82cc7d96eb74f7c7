using System.Text.Json;

namespace Cassiopea.Lab.Demo;

/// <summary>What of the gateway's answers the people look at.</summary>
public sealed record Operation(Guid Id, string Verb, string State, string Code, string Detail, Guid? MemberId, Guid? MigrationId, Guid? ItemId, JsonElement? Result);

/// <summary>A list's first part.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>A member.</summary>
public sealed record MemberSummary(Guid Id, string Reference, string Name);

/// <summary>A key that was made.</summary>
public sealed record KeyMade(string? Text);

/// <summary>An item that was declared.</summary>
public sealed record DeclaredItem(Operation Operation, Guid ItemId, Guid? SourceCredentialId, Guid? TargetCredentialId);

/// <summary>A migration with its items.</summary>
public sealed record MigrationView(MigrationSummary Migration, InvoiceCheck? Invoices, IReadOnlyList<Survey> Surveys, IReadOnlyList<ItemSummary> Items, string? DossierSha256);

/// <summary>Where it stands.</summary>
public sealed record MigrationSummary(
    Guid Id, Guid MemberId, string MemberReference, string MemberName, string State, int Version, string WaitingFor, string WaitingText, DateTimeOffset? NextDueAt, IReadOnlyList<string> Allowed);

/// <summary>What the invoice check said.</summary>
public sealed record InvoiceCheck(string Status, long OpenCents, string Explanation);

/// <summary>What a service answered.</summary>
public sealed record Survey(string Kind, string Outcome, int Found);

/// <summary>An item in its migration.</summary>
public sealed record ItemSummary(Guid Id, string Kind, string Name, string State, int Pass, string? Grade, JsonElement? Failure, int Exceptions, bool ExceptionsApproved, Progress? Progress);

/// <summary>How far a pass is.</summary>
public sealed record Progress(int Pass, long Done, long Total, long BytesDone, long BytesTotal, long BytesPerSecond, double? RemainingSeconds);

/// <summary>An item with all that is known of it.</summary>
public sealed record ItemDetail(Guid Id, IReadOnlyList<JsonElement> Facts, IReadOnlyList<JsonElement> Exceptions, Arrangement? Arrangement);

/// <summary>What was decided about an item.</summary>
public sealed record Arrangement(Rights? Rights);

/// <summary>How the rights over a domain stand.</summary>
public sealed record Rights(string State, string? Custodian);

/// <summary>Something that happened.</summary>
public sealed record TimelineEntry(long Id, string Type, Guid? ItemId, JsonElement Data);

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cassiopea.Transfer;

/// <summary>How a transfer ended.</summary>
public enum TransferOutcome
{
    /// <summary>Everything at the source is at the target, unchanged.</summary>
    Complete,

    /// <summary>Ran to its end; exceptions are listed.</summary>
    Exceptions,

    /// <summary>Stopped by a refusal that a person must lift (quota, permission, TLS identity, authentication).</summary>
    Stopped,

    /// <summary>Interrupted or unreachable: run again to resume.</summary>
    Interrupted,

    /// <summary>A comparison found differences.</summary>
    Different,

    /// <summary>A defect of ours.</summary>
    Failed,
}

/// <summary>Counts of one pass: <c>Copied + AlreadyThere + Refused + Excluded + Remaining = Source</c>; <c>Altered</c> is part of Copied.</summary>
/// <param name="Source">Things at the source.</param>
/// <param name="Copied">Copied by this pass.</param>
/// <param name="AlreadyThere">At the target before this pass.</param>
/// <param name="Refused">Refused by an end, listed.</param>
/// <param name="Excluded">Left out by a decision.</param>
/// <param name="Remaining">Not reached.</param>
/// <param name="Altered">Copied but changed by an end, listed.</param>
/// <param name="DeletedAtSource">Known before, gone at the source now; kept at the target.</param>
public sealed record TransferCounts(
    long Source, long Copied, long AlreadyThere, long Refused, long Excluded, long Remaining, long Altered, long DeletedAtSource)
{
    /// <summary>True when the counts add up.</summary>
    [JsonIgnore]
    public bool AddUp => Copied + AlreadyThere + Refused + Excluded + Remaining == Source && Altered <= Copied;
}

/// <summary>One thing that did not arrive as it was.</summary>
/// <param name="Item">Which; at most 300 characters.</param>
/// <param name="Side">Whose side it is on.</param>
/// <param name="Kind">What can be expected of trying again.</param>
/// <param name="Code">One of <see cref="TransferCode"/>.</param>
/// <param name="Text">What happened.</param>
/// <param name="Action">Who must do what next.</param>
public sealed record ReportException(string Item, TransferSide Side, TransferFailureKind Kind, string Code, string Text, string Action);

/// <summary>The report of one engine run (<c>--report</c>).</summary>
/// <param name="Engine">For example <c>mail copy</c>.</param>
/// <param name="Version">Version of the engine.</param>
/// <param name="Source">The source's URL, without secret.</param>
/// <param name="Target">The target's URL, without secret.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="FinishedAt">UTC.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Counts">What became of each thing.</param>
/// <param name="Bytes">Bytes copied by this run.</param>
/// <param name="Seconds">Duration.</param>
/// <param name="RoundTrips">Times that the engine waited for an answer before it could go on.</param>
/// <param name="PeakMemoryBytes">Largest resident size of the process.</param>
/// <param name="Exceptions">What did not arrive as it was.</param>
/// <param name="Failure">Why it stopped; null when it ran to its end.</param>
/// <param name="Prediction">What a dry run foretold, to be read beside the figures; null when there was none.</param>
public sealed record TransferReport(
    string Engine,
    string Version,
    string Source,
    string Target,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    TransferOutcome Outcome,
    TransferCounts Counts,
    long Bytes,
    double Seconds,
    long RoundTrips,
    long PeakMemoryBytes,
    IReadOnlyList<ReportException> Exceptions,
    TransferFailure? Failure = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TransferPrediction? Prediction = null)
{
    /// <summary>The report as JSON: camelCase names, enums as kebab-case words, instants in ISO 8601.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.TransferReport);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The report.</param>
    /// <exception cref="JsonException">Not a report.</exception>
    public static TransferReport FromJson(string json) =>
        JsonSerializer.Deserialize(json, ReportJson.Default.TransferReport) ?? throw new JsonException("Not a report.");
}

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [
        typeof(KebabCase<TransferOutcome>), typeof(KebabCase<TransferSide>), typeof(KebabCase<TransferFailureKind>),
    ])]
[JsonSerializable(typeof(TransferReport))]
[JsonSerializable(typeof(TransferPrediction))]
internal sealed partial class ReportJson : JsonSerializerContext;

internal sealed class KebabCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower)
    where T : struct, Enum;

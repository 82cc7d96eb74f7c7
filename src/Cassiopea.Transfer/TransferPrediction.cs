using System.Text.Json;

namespace Cassiopea.Transfer;

/// <summary>What a dry run foretold. Nothing was written for it at the target.</summary>
/// <param name="AsOf">UTC.</param>
/// <param name="Items">Things that will be copied.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="SecondsAtLeast">Shortest duration to expect, seconds.</param>
/// <param name="SecondsAtMost">Longest duration to expect while both ends answer as they did, seconds.</param>
/// <param name="Refused">Things that an end will refuse, as far as can be known before.</param>
/// <param name="Blocking">Problems with which a run cannot begin or cannot end.</param>
/// <param name="Places">Where what goes.</param>
public sealed record TransferPrediction(
    DateTimeOffset AsOf,
    long Items,
    long Bytes,
    double SecondsAtLeast,
    double SecondsAtMost,
    long Refused,
    long Blocking,
    IReadOnlyList<PredictedPlace> Places)
{
    /// <summary>The prediction as JSON, in the manner of a report.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.TransferPrediction);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The prediction.</param>
    /// <exception cref="JsonException">Not a prediction.</exception>
    public static TransferPrediction FromJson(string json) =>
        JsonSerializer.Deserialize(json, ReportJson.Default.TransferPrediction) ?? throw new JsonException("Not a prediction.");
}

/// <summary>One folder, tree or table of a prediction.</summary>
/// <param name="Source">Its name at the source.</param>
/// <param name="Target">Its name at the target; empty when not known.</param>
/// <param name="Items">Things that will be copied.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Exists">True when it is at the target already.</param>
public sealed record PredictedPlace(string Source, string Target, long Items, long Bytes, bool Exists);

using System.Text.Json;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Preflight;

/// <summary>The prediction of the last dry run, kept beside the journal so that a real run can be read against it.</summary>
internal static class PredictionFile
{
    private const string Name = "prediction.json";

    public static void Write(string directory, TransferPrediction prediction)
    {
        Directory.CreateDirectory(directory);
        var half = Path.Combine(directory, Name + ".new");
        File.WriteAllText(half, prediction.ToJson() + "\n");
        File.Move(half, Path.Combine(directory, Name), overwrite: true);
    }

    /// <summary>Null when there was no dry run, or the file is not readable as one.</summary>
    public static TransferPrediction? Read(string directory)
    {
        try
        {
            var file = Path.Combine(directory, Name);
            return File.Exists(file) ? TransferPrediction.FromJson(File.ReadAllText(file)) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

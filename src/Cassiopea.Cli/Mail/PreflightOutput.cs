using System.Globalization;
using Cassiopea.Imap.Preflight;
using Cassiopea.Transfer;

namespace Cassiopea.Cli.Mail;

/// <summary>Shows what a dry run found.</summary>
internal static class PreflightOutput
{
    private const int Shown = 50;

    public static async Task<int> WriteAsync(CommandLine line, MailboxPreflightResult found, TransferReport report)
    {
        if (line.Has("--quiet") || line.Has("--json")) return await ReportOutput.WriteAsync(line, report);
        if (line.Value("--report") is { } file) await File.WriteAllTextAsync(file, report.ToJson() + "\n", CancellationToken.None);
        var prediction = found.Prediction;
        foreach (var place in prediction.Places)
        {
            var name = place.Source == place.Target ? place.Source : $"{place.Source} -> {place.Target}";
            Say($"  {place.Items,8}  {ReportOutput.Size(place.Bytes),10}  {name}{(place.Exists || place.Target.Length == 0 ? "" : " (to be made)")}");
        }

        Say($"{found.Messages} messages, {ReportOutput.Size(found.Bytes)} at the source; {found.AlreadyThere} already there, {found.Excluded} left out{(found.Older > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({found.Older} older, {ReportOutput.Size(found.OlderBytes)})") : "")}");
        if (found.QuotaFreeBytes is { } free) Say($"room at the target: {ReportOutput.Size(free)}");
        if (found.LargestAllowedBytes is { } limit) Say($"largest message that the target takes: {ReportOutput.Size(limit)}");
        foreach (var problem in found.Problems.Take(Shown))
            Say($"  {(problem.Severity == PreflightSeverity.Notice ? "-" : "!")} {problem.Severity.ToString().ToLowerInvariant()}: {problem.What.Item}: {problem.What.Text} {problem.What.Action}");
        if (found.Problems.Count > Shown) Say($"  and {found.Problems.Count - Shown} more: see --report");
        Say($"would copy {prediction.Items} messages, {ReportOutput.Size(prediction.Bytes)}, in {prediction.SecondsAtLeast:0.##} to {prediction.SecondsAtMost:0.##} s; {prediction.Refused} would be refused");
        Console.WriteLine(found.Possible ? "nothing stands in the way; nothing was written" : "a run cannot succeed yet; nothing was written");
        return ReportOutput.Code(report);
    }

    private static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}

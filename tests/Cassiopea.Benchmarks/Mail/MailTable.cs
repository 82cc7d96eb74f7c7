using System.Globalization;
using System.Text;
using Cassiopea.Lab.Manifest;

namespace Cassiopea.Benchmarks.Mail;

/// <summary>Results as a Markdown table: ratios first, they travel better than seconds.</summary>
internal static class MailTable
{
    public static string Write(MailScenario scenario, MailManifest wanted, IReadOnlyList<MailTool> tools, IReadOnlyDictionary<MailTool, List<MailRun>> results)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\n### {scenario.Name}: {scenario.Title}\n\n");
        text.Append("| tool | x mbsync | best s | median s | messages/s | MB/s | CPU s | peak MB | complete and exact |\n|---|---|---|---|---|---|---|---|---|\n");
        var baseline = results.FirstOrDefault(r => r.Key.Name == "mbsync").Value;
        foreach (var tool in tools.OrderBy(t => results.TryGetValue(t, out var runs) ? Best(runs) : double.MaxValue))
        {
            if (!results.TryGetValue(tool, out var runs))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {tool.Name} | absent: {tool.Absent} | | | | | | | |\n");
                continue;
            }

            var best = Best(runs);
            var ratio = baseline is null ? "" : (Best(baseline) / best).ToString("0.00", CultureInfo.InvariantCulture);
            var verdicts = string.Join("; ", runs.Select(r => r.Verdict.Text + (r.Cost.ExitCode == 0 ? "" : $", exit {r.Cost.ExitCode}")).Distinct(StringComparer.Ordinal));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {tool.Name} | {ratio} | {best:0.00} | {Median(runs.Select(r => r.Cost.Seconds)):0.00} | {wanted.Messages / best:0} | {wanted.Bytes / 1e6 / best:0.0} | {Median(runs.Select(r => r.Cost.CpuSeconds)):0.00} | {runs.Max(r => r.Cost.PeakBytes) / 1e6:0} | {verdicts} |\n");
        }

        return text.ToString();
    }

    private static double Best(List<MailRun> runs) => runs.Min(r => r.Cost.Seconds);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Passes;
using Cassiopea.Sympa;
using Cassiopea.Sympa.Bundle;

namespace Cassiopea.MailingLists;

/// <summary>Reads both lists again and compares everyone and every post, whatever the transfer said of it.</summary>
internal sealed class VerifyMailingListJob(ItemPass pass, SympaHosts hosts, ListFiles files, TimeProvider time) : IJob
{
    public const string Kind = "verify-mailing-list";
    private const int MostInEvent = 200;

    public Task RunAsync(JobRun run, CancellationToken token) => pass.RunAsync(run, stop => VerifyAsync(run, run.Args<VerifyMailingList>(), stop), token);

    private async Task VerifyAsync(JobRun run, VerifyMailingList command, CancellationToken token)
    {
        var source = await hosts.OpenAsync(command.Source, FailureSide.Source, token);
        var target = await hosts.OpenAsync(command.Target, FailureSide.Target, token);
        var bundle = new ListBundle(files.NewBundle(run.ItemId, "verify", run.Pass));
        await new ListExport(time).RunAsync(source, SympaHosts.ListOf(command.Source, FailureSide.Source), bundle.Folder, token);
        var report = await new ListVerification(time).RunAsync(
            bundle, target, SympaHosts.ListOf(command.Target, FailureSide.Target), files.JournalOf(run.ItemId, command.Source, command.Target), token);
        var differences = report.Exceptions.Select(PassFailures.Of).ToList();
        await run.CompleteAsync(
            new ItemVerified(
                run.MigrationId, run.ItemId, run.Pass, report.Counts.Source, bundle.Bytes(), differences.Count == 0, [.. differences.Take(MostInEvent)], differences.Count,
                GradeOf(report.Counts.Source, report.Counts.Refused, differences), await bundle.SealHashAsync(token), time.GetUtcNow()), token);
    }

    /// <summary>A setting that the new host writes otherwise is small; a missing person or post is not; more than one in twenty is poor.</summary>
    internal static Grade GradeOf(long compared, long missing, IReadOnlyCollection<ItemException> differences) =>
        differences.Count == 0 ? Grade.Perfect
        : missing * 20 > compared ? Grade.Poor
        : missing > 0 || differences.Any(static one => !one.Item.StartsWith("config ", StringComparison.Ordinal)) ? Grade.Investigate
        : Grade.Good;
}

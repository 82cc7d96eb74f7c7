using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Passes;
using Cassiopea.Sympa;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Mailman;

namespace Cassiopea.MailingLists;

/// <summary>Reads both lists again and compares everyone and every post, whatever the transfer said of it.</summary>
internal sealed class VerifyMailingListJob(ItemPass pass, ListHosts hosts, ListFiles files, TimeProvider time) : IJob
{
    public const string Kind = "verify-mailing-list";
    private const int MostInEvent = 200;

    public Task RunAsync(JobRun run, CancellationToken token) => pass.RunAsync(run, stop => VerifyAsync(run, run.Args<VerifyMailingList>(), stop), token);

    private async Task VerifyAsync(JobRun run, VerifyMailingList command, CancellationToken token)
    {
        var scope = command.MovedByHost ? ListScope.All : ListGrants.Demand(command.Grant, command.Target);
        var (from, to) = (ListHosts.ListOf(command.Source, FailureSide.Source), ListHosts.ListOf(command.Target, FailureSide.Target));
        await using var source = await hosts.OpenAsync(command.Source, FailureSide.Source, run.Id, token);
        await using var target = await hosts.OpenAsync(command.Target, FailureSide.Target, run.Id, token);
        var bundle = new ListBundle(files.NewBundle(run.ItemId, "verify", run.Pass));
        try
        {
            await new ListExport(time).RunAsync(source.Sympa, from, bundle.Folder, scope, token);
            var journal = files.JournalOf(run.ItemId, command.Source, command.Target);
            var report = target.Mailman is { } mailman
                ? await new MailmanImport(time).VerifyAsync(bundle, mailman, to, journal, token)
                : await new ListVerification(time).RunAsync(bundle, target.Sympa, to, journal, source.Sympa, token);
            var differences = report.Exceptions.Select(PassFailures.Of).ToList();
            await run.CompleteAsync(
                new ItemVerified(
                    run.MigrationId, run.ItemId, run.Pass, report.Counts.Source, bundle.Bytes(), differences.Count == 0, [.. differences.Take(MostInEvent)], differences.Count,
                    GradeOf(report.Counts.Source, report.Counts.Refused, differences), await bundle.SealHashAsync(token), time.GetUtcNow()), token);
        }
        finally
        {
            ListFiles.Forget(bundle.Folder);
        }
    }

    /// <summary>A setting that the new host writes otherwise is small; a missing person or post is not; more than one in twenty is poor.</summary>
    internal static Grade GradeOf(long compared, long missing, IReadOnlyCollection<ItemException> differences) =>
        differences.Count == 0 ? Grade.Perfect
        : missing * 20 > compared ? Grade.Poor
        : missing > 0 || differences.Any(static one => !one.Item.StartsWith("config ", StringComparison.Ordinal)) ? Grade.Investigate
        : Grade.Good;
}

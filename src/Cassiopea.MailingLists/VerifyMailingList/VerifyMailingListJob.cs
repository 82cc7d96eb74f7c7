using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Passes;
using Cassiopea.Sympa;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Mailman;
using Cassiopea.Sympa.Soap;
using Cassiopea.Transfer;

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
            var told = await hosts.SoapAsync(command.Target, to, token) is { } reader ? await BySoapAsync(bundle, target, reader, to, journal, token) : [];
            // the same person, missing or altered in both readings, is one difference
            var differences = report.Exceptions.Concat(told.Where(one => report.Exceptions.All(known => known.Item != one.Item))).Select(PassFailures.Of).ToList();
            await run.CompleteAsync(
                new ItemVerified(
                    run.MigrationId, run.ItemId, run.Pass, report.Counts.Source, bundle.Bytes(), differences.Count == 0, [.. differences.Take(MostInEvent)], differences.Count,
                    GradeOf(report.Counts.Source, report.Counts.Refused + told.Count(one => one.Code == TransferCode.ItemMissing && report.Exceptions.All(known => known.Item != one.Item)), differences), await bundle.SealHashAsync(token), time.GetUtcNow()), token);
        }
        finally
        {
            ListFiles.Forget(bundle.Folder);
        }
    }

    /// <summary>What the new host tells by SOAP, read once more by nothing of its files: who left there since is no difference.</summary>
    private async Task<IReadOnlyList<ReportException>> BySoapAsync(ListBundle bundle, OpenedHost target, SoapReader reader, ListAddress to, string journal, CancellationToken token) =>
        (await new ListSoapVerification(time).RunAsync(bundle, reader.Soap, to, reader.Actor, reader.Details, await ListVerification.WantedAsync(bundle, target.Sympa, to, journal, token), token)).Exceptions;

    /// <summary>A setting that the new host writes otherwise is small; a missing person or post is not; more than one in twenty is poor.</summary>
    internal static Grade GradeOf(long compared, long missing, IReadOnlyCollection<ItemException> differences) =>
        differences.Count == 0 ? Grade.Perfect
        : missing * 20 > compared ? Grade.Poor
        : missing > 0 || differences.Any(static one => !one.Item.StartsWith("config ", StringComparison.Ordinal)) ? Grade.Investigate
        : Grade.Good;
}

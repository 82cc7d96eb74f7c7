using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Passes;
using Cassiopea.Sympa;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Mailman;
using Cassiopea.Transfer;

namespace Cassiopea.MailingLists;

/// <summary>Takes a bundle of the old list and brings the new one up to it. Killed at any moment it begins again and does what is missing.</summary>
internal sealed class TransferMailingListJob(ItemPass pass, ListHosts hosts, ListFiles files, TimeProvider time) : IJob
{
    public const string Kind = "transfer-mailing-list";
    private const int MostInEvent = 200;

    public Task RunAsync(JobRun run, CancellationToken token) => pass.RunAsync(run, stop => TransferAsync(run, run.Args<TransferMailingList>(), stop), token);

    private async Task TransferAsync(JobRun run, TransferMailingList command, CancellationToken token)
    {
        var started = time.GetUtcNow();
        var scope = ListGrants.Demand(command.Grant, command.Target);
        var (from, to) = (ListHosts.ListOf(command.Source, FailureSide.Source), ListHosts.ListOf(command.Target, FailureSide.Target));
        await using var source = await hosts.OpenAsync(command.Source, FailureSide.Source, run.Id, token);
        await using var target = await hosts.OpenAsync(command.Target, FailureSide.Target, run.Id, token);
        var bundle = new ListBundle(files.NewBundle(run.ItemId, "transfer", run.Pass));
        try
        {
            var manifest = await new ListExport(time).RunAsync(source.Sympa, from, bundle.Folder, scope, token);
            await run.ReportAsync(Advanced(run, 0, manifest.Counts.Values.Sum()), token);
            var result = await ImportAsync(bundle, target, to, files.JournalOf(run.ItemId, command.Source, command.Target), new() { Live = command.Live }, token);
            // the switch is over: the old addresses lead to the new list
            var notLed = command.Live && from != to ? await ListForward.ForwardAsync(source.Sympa, from, to, token) : null;
            List<ReportException> exceptions = [.. notLed is null ? [] : new[] { notLed }, .. result.Exceptions];
            await run.CompleteAsync(
                new ItemTransferred(
                    run.MigrationId, run.ItemId, run.Pass, PassFailures.Of(result.Counts), bundle.Bytes(result.Archive), (time.GetUtcNow() - started).TotalSeconds,
                    [.. exceptions.Take(MostInEvent).Select(PassFailures.Of)], time.GetUtcNow()), token);
        }
        finally
        {
            ListFiles.Forget(bundle.Folder);
        }
    }

    private Task<ListImportResult> ImportAsync(ListBundle bundle, OpenedHost target, ListAddress to, string journal, ListImportOptions options, CancellationToken token) => target.Mailman is { } mailman
        ? new MailmanImport(time).RunAsync(bundle, mailman, to, journal, options, token)
        : new ListImport(time).RunAsync(bundle, target.Sympa, to, journal, options, token);

    private ItemTransferAdvanced Advanced(JobRun run, long done, long total) => new(run.MigrationId, run.ItemId, run.Pass, done, total, 0, 0, 0, null, time.GetUtcNow());
}

using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Passes;
using Cassiopea.Sympa;
using Cassiopea.Sympa.Bundle;

namespace Cassiopea.MailingLists;

/// <summary>Takes a bundle of the old list and brings the new one up to it. Killed at any moment it begins again and does what is missing.</summary>
internal sealed class TransferMailingListJob(ItemPass pass, SympaHosts hosts, ListFiles files, TimeProvider time) : IJob
{
    public const string Kind = "transfer-mailing-list";
    private const int MostInEvent = 200;

    public Task RunAsync(JobRun run, CancellationToken token) => pass.RunAsync(run, stop => TransferAsync(run, run.Args<TransferMailingList>(), stop), token);

    private async Task TransferAsync(JobRun run, TransferMailingList command, CancellationToken token)
    {
        var started = time.GetUtcNow();
        var source = await hosts.OpenAsync(command.Source, FailureSide.Source, token);
        var target = await hosts.OpenAsync(command.Target, FailureSide.Target, token);
        var bundle = new ListBundle(files.NewBundle(run.ItemId, "transfer", run.Pass));
        var manifest = await new ListExport(time).RunAsync(source, SympaHosts.ListOf(command.Source, FailureSide.Source), bundle.Folder, token);
        await run.ReportAsync(Advanced(run, 0, manifest.Counts.Values.Sum()), token);
        var result = await new ListImport(time).RunAsync(
            bundle, target, SympaHosts.ListOf(command.Target, FailureSide.Target), files.JournalOf(run.ItemId, command.Source, command.Target), new() { Live = command.Live }, token);
        await run.CompleteAsync(
            new ItemTransferred(
                run.MigrationId, run.ItemId, run.Pass, PassFailures.Of(result.Counts), bundle.Bytes(result.Archive), (time.GetUtcNow() - started).TotalSeconds,
                [.. result.Exceptions.Take(MostInEvent).Select(PassFailures.Of)], time.GetUtcNow()), token);
    }

    private ItemTransferAdvanced Advanced(JobRun run, long done, long total) => new(run.MigrationId, run.ItemId, run.Pass, done, total, 0, 0, 0, null, time.GetUtcNow());
}

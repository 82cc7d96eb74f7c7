using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Passes;
using Cassiopea.Sympa;

namespace Cassiopea.MailingLists;

/// <summary>Stops posts and subscriptions at the old list by its scenarios.</summary>
internal sealed class FreezeMailingListJob(ListHosts hosts, TimeProvider time) : IJob
{
    public const string Kind = "freeze-mailing-list";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<FreezeMailingList>();
        await OldList.ActAsync(run, hosts, command.Source, ListFreeze.FreezeAsync, time, token);
        if (!run.HasEnded) await run.CompleteAsync(new MailingListFrozen(run.MigrationId, run.ItemId, time.GetUtcNow()), token);
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) => [OldList.Failed(run, failure, asOf)];
}

/// <summary>Gives a frozen list its own rules back.</summary>
internal sealed class UnfreezeMailingListJob(ListHosts hosts, TimeProvider time) : IJob
{
    public const string Kind = "unfreeze-mailing-list";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<UnfreezeMailingList>();
        await OldList.ActAsync(run, hosts, command.Source, ListFreeze.UnfreezeAsync, time, token);
        if (!run.HasEnded) await run.CompleteAsync(new MailingListUnfrozen(run.MigrationId, run.ItemId, time.GetUtcNow()), token);
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) => [OldList.Failed(run, failure, asOf)];
}

/// <summary>What both do at the old host.</summary>
internal static class OldList
{
    public static async Task ActAsync(
        JobRun run, ListHosts hosts, Endpoint source, Func<Sympa.Host.SympaHost, Sympa.Format.ListAddress, CancellationToken, Task> act, TimeProvider time, CancellationToken token)
    {
        try
        {
            await using var host = await hosts.OpenAsync(source, FailureSide.Source, run.Id, token);
            await act(host.Sympa, ListHosts.ListOf(source, FailureSide.Source), token);
        }
        catch (Exception e) when (!token.IsCancellationRequested && PassFailures.Of(e, FailureSide.Source) is { } failure)
        {
            if (failure.Kind == FailureKind.Passing) throw new PassingFailureException(failure, e);
            await run.CompleteAsync(Failed(run, failure, time.GetUtcNow()), token);
        }
    }

    /// <summary>Pass 0: no pass of the item failed, its freezing did.</summary>
    public static ItemTransferFailed Failed(JobRun run, Failure failure, DateTimeOffset asOf) => new(run.MigrationId, run.ItemId, 0, failure, asOf);
}

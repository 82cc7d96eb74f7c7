using Cassiopea.Contracts;
using Cassiopea.MySql.Engine;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Databases;

/// <summary>Removes an account that this service wrote down as its own, and no other.</summary>
internal sealed class RemoveReadAccountJob(DatabasesContext db, OldServer server, DatabaseEngine engine, TimeProvider time, ILogger<RemoveReadAccountJob> log) : IJob
{
    public const string Kind = "remove-read-account";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var account = run.Args<RemoveReadAccount>().Account;
        var (item, number) = (run.ItemId, run.Pass);
        var failure = await DatabaseStep.RunAsync(FailureSide.Source, async () =>
        {
            var ours = await db.ReadAccounts.AsNoTracking().SingleOrDefaultAsync(x => x.ItemId == item && x.Number == number && x.Login == account.Login, token)
                ?? throw PassFailureException.Refused(FailureSide.Us, FailureCode.PermissionDenied, $"The account {account.Login} was not made here: it is not touched.");
            if (ours.RemovedAt is null)
                await ReadOnlyAccounts.RemoveAsync(await server.AdministratorAsync(account, token), account.Login, engine.Copy(), token);
        }, token);
        ReadAccountRemoved outcome = new(run.MigrationId, item, number, failure, time.GetUtcNow());
        await run.CompleteAsync<DatabasesContext>(rows => failure is null ? NoteAsync(rows, outcome, account, token) : Task.CompletedTask, [outcome], token);
        log.ReadAccount(item, number, "remove", failure?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) => [new ReadAccountRemoved(run.MigrationId, run.ItemId, run.Pass, failure, asOf)];

    private static async Task NoteAsync(DatabasesContext rows, ReadAccountRemoved told, Endpoint account, CancellationToken token)
    {
        await rows.ReadAccounts.Where(x => x.ItemId == told.ItemId && x.Number == told.Number && x.RemovedAt == null).ExecuteUpdateAsync(x => x.SetProperty(a => a.RemovedAt, told.AsOf), token);
        rows.Audit("system", "remove-read-account", $"database/{told.ItemId}", $"account {account.Login} at {account.Host}, removed");
    }
}

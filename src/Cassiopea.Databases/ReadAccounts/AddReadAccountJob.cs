using Cassiopea.Contracts;
using Cassiopea.MySql;
using Cassiopea.MySql.Engine;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Databases;

/// <summary>Makes a second account that only reads, under a password that the vault keeps already. The intent is written down once the old server said that the name is free, and before it is taken: an account of others is never taken for ours.</summary>
internal sealed class AddReadAccountJob(DatabasesContext db, EndpointLogins logins, OldServer server, DatabaseEngine engine, TimeProvider time, ILogger<AddReadAccountJob> log) : IJob
{
    public const string Kind = "add-read-account";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<AddReadAccount>();
        var (item, number, account) = (run.ItemId, run.Pass, command.Account);
        var failure = await DatabaseStep.RunAsync(FailureSide.Source, async () =>
        {
            var administrator = await server.AdministratorAsync(account, token);
            await using var login = await logins.OpenAsync(account, FailureSide.Source, DatabaseEnds.Rules, run.Id, token);
            var ours = await db.ReadAccounts.AsNoTracking().AnyAsync(x => x.ItemId == item && x.Number == number && x.Login == account.Login, token);
            try
            {
                await ReadOnlyAccounts.AddAsync(
                    administrator, account.Login, login.SecretText, ours,
                    () => run.SaveAsync<DatabasesContext>(rows => Intend(rows, item, number, account), null, token), engine.Copy(), token);
            }
            catch (MySqlException taken) when (!ours && taken.Number == ReadOnlyAccounts.NotMade)
            {
                // somebody made it between our question and our order: it is not ours
                await run.SaveAsync<DatabasesContext>(rows => WithdrawAsync(rows, item, number, account, token), null, token);
                throw;
            }
        }, token);
        ReadAccountAdded outcome = new(run.MigrationId, item, number, account, failure, time.GetUtcNow());
        await run.CompleteAsync<DatabasesContext>(rows => failure is null ? NoteAsync(rows, outcome, token) : Task.CompletedTask, [outcome], token);
        log.ReadAccount(item, number, "add", failure?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ReadAccountAdded(run.MigrationId, run.ItemId, run.Pass, run.Args<AddReadAccount>().Account, failure, asOf)];

    private Task Intend(DatabasesContext rows, Guid item, int number, Endpoint account)
    {
        rows.ReadAccounts.Add(new ReadAccount { ItemId = item, Number = number, Host = account.Host, Port = account.Port, Database = DatabaseEnds.NameOf(account), Login = account.Login, Tls = account.Tls, Pin = account.CertificatePin, AskedAt = time.GetUtcNow() });
        rows.Audit("system", "add-read-account", $"database/{item}", $"account {account.Login} at {account.Host}, asked");
        return Task.CompletedTask;
    }

    private static async Task WithdrawAsync(DatabasesContext rows, Guid item, int number, Endpoint account, CancellationToken token)
    {
        await rows.ReadAccounts.Where(x => x.ItemId == item && x.Number == number).ExecuteDeleteAsync(token);
        rows.Audit("system", "add-read-account", $"database/{item}", $"account {account.Login} at {account.Host}, not made: it is somebody else's");
    }

    private static async Task NoteAsync(DatabasesContext rows, ReadAccountAdded told, CancellationToken token)
    {
        await rows.ReadAccounts.Where(x => x.ItemId == told.ItemId && x.Number == told.Number).ExecuteUpdateAsync(x => x.SetProperty(a => a.AddedAt, told.AsOf), token);
        rows.Audit("system", "add-read-account", $"database/{told.ItemId}", $"account {told.Account.Login} at {told.Account.Host}, made");
    }
}

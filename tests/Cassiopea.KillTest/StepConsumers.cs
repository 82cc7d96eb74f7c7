using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cassiopea.KillTest;

/// <summary>What stands for the remote server: an effect that no transaction of ours covers, and some time.</summary>
internal static class Outside
{
    private const int LongestMilliseconds = 60;

    public static async Task CallAsync(CarrierContext db, Guid journey, string name, CancellationToken token)
    {
        await using (var connection = new NpgsqlConnection(db.Database.GetConnectionString()))
        {
            await connection.OpenAsync(token);
            await using var call = new NpgsqlCommand("insert into outside_call(journey_id, name) values ($1, $2)", connection)
            {
                Parameters = { new() { Value = journey }, new() { Value = name } },
            };
            await call.ExecuteNonQueryAsync(token);
        }

        var wait = TimeSpan.FromMilliseconds(journey.ToByteArray()[15] * LongestMilliseconds / 256);
        await Task.Delay(wait, TimeProvider.System, token);
    }
}

/// <summary>Does one step in the consumer's transaction.</summary>
public abstract class StepConsumer(CarrierContext db)
{
    protected async Task CarryAsync<TDone>(ConsumeContext<CorrelatedBy<Guid>> context, string name, TDone done) where TDone : class
    {
        var journey = context.Message.CorrelationId;
        await Outside.CallAsync(db, journey, name, context.CancellationToken);
        db.Add(new Step { JourneyId = journey, Name = name });
        await context.Publish(done, context.CancellationToken);
    }
}

public sealed class CarryMailConsumer(CarrierContext db) : StepConsumer(db), IConsumer<CarryMail>
{
    public Task Consume(ConsumeContext<CarryMail> context) => CarryAsync(context, "mail", new MailCarried(context.Message.CorrelationId));
}

public sealed class CarrySiteConsumer(CarrierContext db) : StepConsumer(db), IConsumer<CarrySite>
{
    public Task Consume(ConsumeContext<CarrySite> context) => CarryAsync(context, "site", new SiteCarried(context.Message.CorrelationId));
}

public sealed class CarryDatabaseConsumer(CarrierContext db) : IConsumer<CarryDatabase>
{
    public Task Consume(ConsumeContext<CarryDatabase> context)
    {
        var journey = context.Message.CorrelationId;
        var request = new JobRequest(journey, journey, CarryDatabaseJob.Kind, 1, "old.example", Bucket.Bulk, context.Message);
        return db.EnqueueJob(request, context.CancellationToken);
    }
}

/// <summary>The same as a job, in two halves with a checkpoint between.</summary>
public sealed class CarryDatabaseJob(CarrierContext db) : IJob
{
    public const string Kind = "carry-database";
    private static readonly TimeSpan SecondHalf = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var journey = run.Args<CarryDatabase>().CorrelationId;
        if (run.Checkpoint is null)
        {
            await Outside.CallAsync(db, journey, "database", token);
            await run.SaveCheckpointAsync("\"called\"", token);
        }

        await Task.Delay(SecondHalf, TimeProvider.System, token);

        await run.CompleteAsync<CarrierContext>(
            own =>
            {
                own.Add(new Step { JourneyId = journey, Name = "database" });
                return Task.CompletedTask;
            },
            [new DatabaseCarried(journey)],
            token);
    }
}

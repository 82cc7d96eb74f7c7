using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cassiopea.KillTest;

/// <summary>Does one step: an outside effect that no transaction covers, some time, and a row.</summary>
public abstract class StepConsumer(CarrierContext db)
{
    private const int LongestMilliseconds = 60;

    protected async Task CarryAsync<TDone>(ConsumeContext<CorrelatedBy<Guid>> context, string name, TDone done) where TDone : class
    {
        var journey = context.Message.CorrelationId;
        await using (var outside = new NpgsqlConnection(db.Database.GetConnectionString()))
        {
            await outside.OpenAsync(context.CancellationToken);
            await using var call = new NpgsqlCommand("insert into outside_call(journey_id, name) values ($1, $2)", outside)
            {
                Parameters = { new() { Value = journey }, new() { Value = name } },
            };
            await call.ExecuteNonQueryAsync(context.CancellationToken);
        }

        var wait = TimeSpan.FromMilliseconds(journey.ToByteArray()[15] * LongestMilliseconds / 256);
        await Task.Delay(wait, TimeProvider.System, context.CancellationToken);
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

public sealed class CarryDatabaseConsumer(CarrierContext db) : StepConsumer(db), IConsumer<CarryDatabase>
{
    public Task Consume(ConsumeContext<CarryDatabase> context) =>
        CarryAsync(context, "database", new DatabaseCarried(context.Message.CorrelationId));
}

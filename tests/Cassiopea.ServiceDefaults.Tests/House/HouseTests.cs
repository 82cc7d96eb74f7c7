using System.Collections.Concurrent;
using Cassiopea.Contracts;
using Cassiopea.KillTest;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults.Tests.Jobs;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.ServiceDefaults.Tests.House;

/// <summary>What every service hears and answers: decisions over its dead letters, over held items, and the question whether its audit chain is intact.</summary>
[Collection("carry-mail over one broker")]
public sealed class HouseTests
{
    private readonly ConcurrentQueue<object> _told = [];

    [Fact]
    [Trait("Category", "Servers")]
    [Trait("Requirement", "reliability-F14")]
    [Trait("Requirement", "sec-S25")]
    public async Task Over_RabbitMQ_a_poison_message_is_told_sent_again_and_another_is_discarded_as_people_decided()
    {
        var mood = new Mood { Throws = true };
        await using var host = await StartAsync(mood, (await RabbitMqServer.SharedAsync()).ConnectionString);
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await host.SendAsync(new CarryMail(first));
        await host.SendAsync(new CarryMail(second));
        await Eventually.TrueAsync("both are told", () => _told.OfType<DeadLetterParked>().Count() == 2);
        var parked = _told.OfType<DeadLetterParked>().ToList();
        Assert.All(parked, one => Assert.Equal(("postman", "carry-mail", "InvalidOperationException", "Password=***", true), (one.Service, one.Queue, one.ErrorType, one.Error, one.CanBeRequeued)));

        mood.Throws = false;
        var (again, away, strange) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await host.Bus.Publish(new DeadLetterDecided(strange, "anne", parked[0].LetterId, "mail", true, "it belongs to mail"));
        await host.Bus.Publish(new DeadLetterDecided(again, "anne", parked[0].LetterId, "postman", true, "the login is mended"));
        await Eventually.TrueAsync("it is done", async () => await host.CountAsync<Step>() == 1);
        await host.Bus.Publish(new DeadLetterDecided(away, "bert", parked[1].LetterId, "postman", false, "an old test (anne) agreed"));
        await Eventually.TrueAsync("both ended", () => _told.OfType<CommandAccepted>().Count() == 2);
        Assert.Equal([(parked[0].LetterId, true, "anne"), (parked[1].LetterId, false, "bert")],
            _told.OfType<DeadLetterEnded>().OrderByDescending(one => one.Requeued).Select(one => (one.LetterId, one.Requeued, one.Actor)));
        Assert.Empty(await host.InDatabaseAsync(db => ServiceDefaults.DeadLetters.WaitingAsync(db, 10, default)));
        Assert.Equal(1, await host.CountAsync<Step>());
        Assert.DoesNotContain(_told.OfType<CommandAccepted>(), one => one.OperationId == strange);

        await host.Bus.Publish(new DeadLetterDecided(strange, "anne", parked[1].LetterId, "postman", true, "too late for it"));
        await Eventually.TrueAsync("it is refused", () => _told.OfType<CommandRefused>().Any(one => one.OperationId == strange));
        var entries = await host.InDatabaseAsync(db => db.Set<AuditEntry>().OrderBy(entry => entry.Seq).Select(entry => entry.Action).ToListAsync());
        Assert.Equal(["requeue-dead-letter", "discard-dead-letter"], entries);
    }

    [Fact]
    [Trait("Requirement", "sec-S26")]
    public async Task Each_service_answers_whether_its_own_chain_still_holds_the_head_that_was_seen()
    {
        await using var host = await StartAsync(new Mood());
        await WriteAsync(host, 3);
        var sound = await VerifyAsync(host, "");
        Assert.Equal((true, 3L, "postman"), (sound.Intact, sound.Entries, sound.Service));
        await WriteAsync(host, 1);
        Assert.True((await VerifyAsync(host, sound.Head)).Intact);

        await host.ExecuteAsync($"alter table audit_entry disable trigger audit_refuse");
        await host.ExecuteAsync($"delete from audit_entry where seq >= 3");
        var cut = await VerifyAsync(host, sound.Head);
        Assert.Equal((false, "the known head is not in the chain: entries were cut off or replaced"), (cut.Intact, cut.Problem));
        await host.ExecuteAsync($"update audit_entry set reason = 'never' where seq = 2");
        Assert.Equal("entry 2 was changed", (await VerifyAsync(host, "")).Problem);
    }

    [Fact]
    [Trait("Requirement", "workflow-A4")]
    public async Task A_held_item_stops_at_the_next_heartbeat_with_its_checkpoint_and_goes_on_when_it_is_released()
    {
        var calm = new TaskCompletionSource();
        await using var jobs = await JobHost.StartAsync(async (run, token) =>
        {
            if (run.Checkpoint is null) await run.SaveCheckpointAsync("1", token);
            await calm.Task.WaitAsync(token);
            await run.CompleteAsync(JobHost.OutcomeOf(run), token);
        });
        var migration = Guid.CreateVersion7();
        var (held, free) = (await jobs.EnqueueAsync(migration), await jobs.EnqueueAsync(migration));
        await jobs.InStateAsync(held, JobState.Running);
        await jobs.Host.Bus.Publish(new ItemsHeld(Guid.NewGuid(), [held.ItemId], true, DateTimeOffset.UnixEpoch.AddSeconds(2)));
        await jobs.InStateAsync(held, JobState.Queued);
        Assert.InRange(new JobOptions().Heartbeat, TimeSpan.Zero, TimeSpan.FromSeconds(9)); // it stops at the next one
        var later = await jobs.EnqueueAsync(migration, held.ItemId, pass: 2);
        calm.SetResult();
        await jobs.InStateAsync(free, JobState.Done);
        Assert.Equal("1", (await jobs.JobOfAsync(held)).Checkpoint);
        await jobs.Host.Bus.Publish(new ItemsHeld(Guid.NewGuid(), [held.ItemId], false, DateTimeOffset.UnixEpoch.AddSeconds(1))); // older than the hold
        var other = await jobs.EnqueueAsync();
        await jobs.InStateAsync(other, JobState.Done);
        Assert.Equal((JobState.Queued, JobState.Queued), ((await jobs.JobOfAsync(held)).State, (await jobs.JobOfAsync(later)).State));

        await jobs.Host.Bus.Publish(new ItemsHeld(Guid.NewGuid(), [held.ItemId], false, DateTimeOffset.UnixEpoch.AddSeconds(3)));
        await jobs.InStateAsync(held, JobState.Done);
        await jobs.InStateAsync(later, JobState.Done);
    }

    private async Task<TestHost<CarrierContext>> StartAsync(Mood mood, string bus = "loopback")
    {
        var host = await TestHost<CarrierContext>.StartAsync(
            "carrier-db",
            builder =>
            {
                builder.AddServiceDefaults("postman");
                builder.AddDatabase<CarrierContext>("carrier-db");
                builder.AddBus<CarrierContext>("postman", x => x.AddConsumer<MoodyConsumer>());
                builder.Services.AddSingleton(mood);
            },
            bus);
        await host.Bus.ConnectReceiveEndpoint("house-probe", endpoint =>
        {
            endpoint.Handler<DeadLetterParked>(Keep);
            endpoint.Handler<DeadLetterEnded>(Keep);
            endpoint.Handler<CommandAccepted>(Keep);
            endpoint.Handler<CommandRefused>(Keep);
            endpoint.Handler<AuditVerified>(Keep);
        }).Ready;
        return host;

        Task Keep<T>(ConsumeContext<T> context) where T : class
        {
            _told.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    private async Task<AuditVerified> VerifyAsync(TestHost<CarrierContext> host, string head)
    {
        var asked = Guid.CreateVersion7();
        await host.Bus.Publish(new AuditVerificationAsked(asked, head.Length == 0 ? [] : [new AuditHead("postman", head)]));
        await Eventually.TrueAsync("it answers", () => _told.OfType<AuditVerified>().Any(one => one.OperationId == asked));
        return _told.OfType<AuditVerified>().Single(one => one.OperationId == asked);
    }

    private static Task<int> WriteAsync(TestHost<CarrierContext> host, int entries) => host.InDatabaseAsync(db =>
    {
        for (var i = 0; i < entries; i++) db.Audit("anne", "act", $"thing/{i}", "because");
        return db.SaveChangesAsync();
    });

    private sealed class Mood
    {
        public bool Throws { get; set; }
    }

    private sealed class MoodyConsumer(CarrierContext db, Mood mood) : IConsumer<CarryMail>
    {
        public Task Consume(ConsumeContext<CarryMail> context)
        {
            if (mood.Throws) throw new InvalidOperationException("Password=s3cret");
            db.Add(new Step { JourneyId = context.Message.CorrelationId, Name = "mail" });
            return Task.CompletedTask;
        }
    }
}

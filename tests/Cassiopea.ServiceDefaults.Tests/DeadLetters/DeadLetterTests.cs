using Cassiopea.KillTest;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.ServiceDefaults.Tests.DeadLetters;

[Trait("Requirement", "reliability-F14")]
[Collection("carry-mail over one broker")]
public sealed class DeadLetterTests
{
    [Fact]
    public async Task A_poison_message_is_kept_redacted_blocks_nobody_and_succeeds_when_sent_again()
    {
        var mood = new Mood { Throws = true };
        await using var host = await StartAsync(mood);
        var (poison, good) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await host.SendAsync(new CarryMail(poison));
        var letter = await OnlyLetterAsync(host);
        Assert.Equal(("carry-mail", "InvalidOperationException", true), (letter.Queue, letter.ErrorType, letter.CanBeRequeued));
        Assert.Equal("login of ***@asbl.be failed, Password=***", letter.Error);
        Assert.Contains("CarryMail", letter.MessageType, StringComparison.Ordinal);

        mood.Throws = false;
        await host.SendAsync(new CarryMail(good));
        await host.EventuallyAsync("the good one is done", db => db.Set<Step>().AnyAsync(step => step.JourneyId == good));
        Assert.True(await host.InDatabaseAsync(db => ServiceDefaults.DeadLetters.RequeueAsync(db, letter.Id, "anne", default)));
        await host.EventuallyAsync("the poison is done", db => db.Set<Step>().AnyAsync(step => step.JourneyId == poison));
        Assert.False(await host.InDatabaseAsync(db => ServiceDefaults.DeadLetters.RequeueAsync(db, letter.Id, "anne", default)));
        Assert.Equal(2, await host.CountAsync<Step>());
    }

    [Fact]
    public async Task A_letter_can_be_given_up_with_a_reason_in_the_audit()
    {
        await using var host = await StartAsync(new Mood { Throws = true });
        await host.SendAsync(new CarryMail(Guid.CreateVersion7()));
        var letter = await OnlyLetterAsync(host);
        Assert.True(await host.InDatabaseAsync(db => ServiceDefaults.DeadLetters.DiscardAsync(db, letter.Id, "anne", "an old test", default)));
        Assert.Empty(await host.InDatabaseAsync(db => ServiceDefaults.DeadLetters.WaitingAsync(db, 10, default)));
        Assert.Equal("an old test", await host.InDatabaseAsync(db => db.Set<AuditEntry>().Select(entry => entry.Reason).SingleAsync()));
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task Over_RabbitMQ_an_unreadable_an_unknown_and_a_failing_message_are_kept_and_the_queue_goes_on()
    {
        var broker = await RabbitMqServer.SharedAsync();
        await using var host = await StartAsync(new Mood { Throws = true }, broker.ConnectionString);
        await host.SendAsync(new CarryMail(Guid.CreateVersion7()));
        var queue = await host.Bus.GetSendEndpoint(Commands.AddressOf(typeof(CarryMail)));
        await queue.Send(new DatabaseCarried(Guid.CreateVersion7())); // nobody takes it from this queue
        await using (var connection = await new RabbitMQ.Client.ConnectionFactory { Uri = new Uri(broker.ConnectionString) }.CreateConnectionAsync())
        await using (var channel = await connection.CreateChannelAsync())
        {
            await RabbitMQ.Client.IChannelExtensions.BasicPublishAsync(channel, "carry-mail", "", "{ not json"u8.ToArray());
        }

        await Eventually.TrueAsync("three letters", async () => await host.CountAsync<DeadLetter>() == 3);
        var letters = await host.InDatabaseAsync(db => ServiceDefaults.DeadLetters.WaitingAsync(db, 10, default));
        Assert.Single(letters, letter => letter.ErrorType == "InvalidOperationException" && letter.CanBeRequeued);
        Assert.Single(letters, letter => letter.ErrorType.Length == 0);
        Assert.Single(letters, letter => !letter.CanBeRequeued);
    }

    [Theory]
    [InlineData("Host=db;Username=mail;Password=s3cret;Database=x", "Host=db;Username=***;Password=***;Database=x")]
    [InlineData("amqp://cass:s3cret@localhost:5672 refused", "amqp://***@localhost:5672 refused")]
    [InlineData("Authorization: Bearer abc.def-1", "Authorization: Bearer ***")]
    [InlineData("{\"secret\": \"a b c\", \"n\": 1}", "{\"secret\": ***, \"n\": 1}")]
    [InlineData("550 jean.dupont+x@asbl-exemple.be unknown", "550 ***@asbl-exemple.be unknown")]
    [InlineData("12 messages copied", "12 messages copied")]
    public void Secrets_and_people_are_taken_out(string text, string expected) => Assert.Equal(expected, Redaction.Of(text));

    private static Task<TestHost<CarrierContext>> StartAsync(Mood mood, string bus = "loopback") =>
        TestHost<CarrierContext>.StartAsync(
            "carrier-db",
            builder =>
            {
                builder.AddServiceDefaults("carrier");
                builder.AddDatabase<CarrierContext>("carrier-db");
                builder.AddBus<CarrierContext>("carrier", x => x.AddConsumer<MoodyConsumer>());
                builder.Services.AddSingleton(mood);
            },
            bus);

    private static async Task<DeadLetterView> OnlyLetterAsync(TestHost<CarrierContext> host)
    {
        await Eventually.TrueAsync("a letter", async () => await host.CountAsync<DeadLetter>() == 1);
        return Assert.Single(await host.InDatabaseAsync(db => ServiceDefaults.DeadLetters.WaitingAsync(db, 10, default)));
    }

    private sealed class Mood
    {
        public bool Throws { get; set; }
    }

    private sealed class MoodyConsumer(CarrierContext db, Mood mood) : IConsumer<CarryMail>
    {
        public Task Consume(ConsumeContext<CarryMail> context)
        {
            if (mood.Throws) throw new InvalidOperationException("login of jean@asbl.be failed, Password=s3cret");
            db.Add(new Step { JourneyId = context.Message.CorrelationId, Name = "mail" });
            return Task.CompletedTask;
        }
    }
}

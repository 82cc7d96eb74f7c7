using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Tests;
using Cassiopea.Lab;

namespace Cassiopea.Cli.Tests.Api;

/// <summary>The checklist and its tasks on the command line.</summary>
[Trait("Category", "Servers")]
public sealed class ChecklistCommandTests
{
    [Fact]
    public async Task The_list_is_shown_and_a_question_answered_for_all_mailboxes()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (_, migration) = await gateway.SeedAsync("M0042", MigrationState.Preparing, "answer");
        await gateway.PublishAsync(Says.Item(migration, Guid.CreateVersion7()));
        using var cli = new CliRun(gateway, await gateway.KeyAsync("bob", Role.Staff));
        await Eventually.TrueAsync("the list asks for the mailbox", async () =>
            (await cli.RunAsync("migration", "checklist", "M0042")).Out.Contains("Is this mailbox still in use?", StringComparison.Ordinal));
        Assert.Contains("de courriels", (await cli.RunAsync("migration", "checklist", "M0042", "--language", "fr", "--json")).Out, StringComparison.Ordinal);

        var answering = await cli.StartAsync(["migration", "answer", "M0042", "8", "keep"]);
        var sent = await gateway.SentAsync<AnswerChecklist>();
        Assert.Equal((8, null, "keep"), (sent.Answers[0].Rule, sent.Answers[0].ItemId, sent.Answers[0].Choice));
        await gateway.PublishAsync(new CommandAccepted(sent.OperationId, "8=keep;"));
        Assert.Equal(0, (await answering.EndAsync()).Code);
        Assert.Equal(3, (await cli.RunAsync("migration", "answer", "M0042", "8", "burn")).Code);
        Assert.Equal(1, (await cli.RunAsync("migration", "answer", "M0042", "eight", "keep")).Code);
    }

    [Fact]
    public async Task Open_tasks_are_listed_and_closed_with_a_reason()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (_, migration) = await gateway.SeedAsync("M0042", MigrationState.Preparing, "close-task");
        var task = Guid.CreateVersion7();
        await gateway.PublishAsync(new TaskAdvanced(migration, task, 1, 43, null, "special-application", "HandOver", "Open", "", "", "lise", Says.Start, Says.Start.AddDays(7), null, Says.Start));
        using var cli = new CliRun(gateway, await gateway.KeyAsync("bob", Role.Staff));
        await Eventually.TrueAsync("the task is listed", async () => (await cli.RunAsync("task", "list")).Out.Contains("Move a special application", StringComparison.Ordinal));
        var closing = await cli.StartAsync(["task", "close", task.ToString(), "--reason", "the member exported it"]);
        var sent = await gateway.SentAsync<CloseTask>();
        Assert.Equal((task, "the member exported it"), (sent.TaskId, sent.Reason));
        await gateway.PublishAsync(new CommandAccepted(sent.OperationId, "Closed."));
        Assert.Equal(0, (await closing.EndAsync()).Code);
    }
}

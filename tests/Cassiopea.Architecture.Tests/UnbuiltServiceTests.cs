using System.Reflection;
using Cassiopea.Contracts;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.Architecture.Tests;

/// <summary>The services whose kinds are not moved yet: they run and say so.</summary>
public sealed class UnbuiltServiceTests
{
    public static TheoryData<string, string, ItemKind> Services => new()
    {
        { "Cassiopea.MailingLists", "FindMailingLists", ItemKind.MailingList },
    };

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_that_cannot_look_answers_not_surveyed_with_the_reason(string service, string command, ItemKind kind)
    {
        var consumer = Assembly.Load(service).GetTypes().Single(t => t.Name == command + "Consumer");
        await using var provider = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddMassTransitTestHarness(TextWriter.Null, bus => bus.AddConsumer(consumer))
            .BuildServiceProvider(validateScopes: true);
        var harness = provider.GetRequiredService<ITestHarness>();
        await harness.Start();

        var migration = Guid.CreateVersion7();
        var question = ContractTypes.Records.Single(r => r.Name == command).GetConstructors()
            .MaxBy(c => c.GetParameters().Length)!.Invoke([migration, "M0042", Array.Empty<FoundItem>()]);
        await harness.Bus.Publish(question, question.GetType());

        var answer = (await harness.Published.SelectAsync<ServiceSurveyed>().FirstAsync()).Context.Message;
        Assert.Equal((migration, kind, SurveyOutcome.NotSurveyed), (answer.MigrationId, answer.Kind, answer.Outcome));
        Assert.Equal((FailureSide.Us, FailureKind.Refused, FailureCode.NotSurveyed), (answer.Failure!.Side, answer.Failure.Kind, answer.Failure.Code));
        Assert.NotEmpty(answer.Failure.Text);
        Assert.Empty(answer.Items);
    }
}

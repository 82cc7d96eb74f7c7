namespace Cassiopea.Architecture.Tests;

public sealed class MessageFlowTests
{
    [Fact]
    public void Every_command_has_exactly_one_consumer_unless_it_awaits_its_service() =>
        Expect.None(
            from command in ContractTypes.Commands
            let consumers = MessageFlow.ConsumersOf(command)
            let awaited = MessageFlow.AwaitingTheirService.Contains(command.Name)
            where consumers.Count != (awaited ? 0 : 1)
            select $"{command.Name}: {Names(consumers)}{(awaited ? " (listed as awaiting its service)" : "")}",
            "One consumer per command; strike a command from AwaitingTheirService when its service comes:");

    /// <summary>The saga is the same for all kinds; it sends nothing to a kind whose service answered not-surveyed (NotSurveyedTests).</summary>
    [Fact]
    public void Nobody_sends_a_command_that_awaits_its_service() =>
        Expect.None(
            from command in ContractTypes.Commands
            where MessageFlow.AwaitingTheirService.Contains(command.Name)
            from sender in MessageFlow.SendersOf(command)
            where sender != "Migrations"
            select $"{sender} makes {command.Name}",
            "Its queue does not exist, the message would wait for ever:");

    [Fact]
    public void Every_event_has_a_consumer_unless_it_answers_an_awaited_command() =>
        Expect.None(
            from message in ContractTypes.Events
            let consumers = MessageFlow.ConsumersOf(message)
            let awaited = MessageFlow.AnswersAwaited.Contains(message.Name)
            where awaited ? consumers.Count > 0 && MessageFlow.SendersOf(message).Count > 0 : consumers.Count == 0
            select $"{message.Name}: {Names(consumers)}{(awaited ? " (listed as awaited)" : "")}",
            "An event that nobody reads says nothing:");

    [Fact]
    public void Every_message_has_a_sender_unless_it_is_awaited() =>
        Expect.None(
            from message in ContractTypes.Commands.Concat(ContractTypes.Events)
            where !MessageFlow.AwaitingTheirService.Contains(message.Name) && !MessageFlow.AnswersAwaited.Contains(message.Name)
            where MessageFlow.SendersOf(message).Count == 0
            select message.Name,
            "A message that nobody sends is dead:");

    [Fact]
    public void The_documented_consumer_is_the_consumer() =>
        Expect.None(
            from command in ContractTypes.Commands
            from consumer in MessageFlow.ConsumersOf(command)
            let documented = MessageFlow.Documented(command, "consumer").Split(' ')[0]
            where MessageFlow.ShortName(consumer) != documented
            select $"{command.Name}: documented {documented}, consumed by {MessageFlow.ShortName(consumer)}",
            "The contract says who consumes:");

    [Fact]
    public void A_consumer_of_a_command_is_named_for_it() =>
        Expect.None(
            from command in ContractTypes.Commands
            from consumer in MessageFlow.ConsumersOf(command)
            where MessageFlow.ShortName(consumer) != "Migrations" && consumer.Name.Split('`')[0] != command.Name + "Consumer"
            select $"{command.Name} ← {consumer.Name}",
            "One word everywhere: grep for it and you have the feature:");

    [Fact]
    public void The_lists_of_what_is_awaited_name_messages_that_exist() =>
        Expect.None(
            MessageFlow.AwaitingTheirService.Concat(MessageFlow.AnswersAwaited).Except(ContractTypes.Records.Select(r => r.Name), StringComparer.Ordinal),
            "No such message:");

    private static string Names(IEnumerable<Type> types) => string.Join(", ", types.Select(t => t.Name).DefaultIfEmpty("nobody"));
}

namespace Cassiopea.Architecture.Tests;

public sealed class MessageFlowTests
{
    [Fact]
    public void Every_command_has_exactly_one_consumer() =>
        Expect.None(
            from command in ContractTypes.Commands
            let consumers = MessageFlow.ConsumersOf(command)
            where consumers.Count != 1
            select $"{command.Name}: {Names(consumers)}",
            "One consumer per command:");

    [Fact]
    public void Every_event_has_a_consumer() =>
        Expect.None(
            from message in ContractTypes.Events
            where MessageFlow.ConsumersOf(message).Count == 0
            select message.Name,
            "An event that nobody reads says nothing:");

    [Fact]
    public void Every_message_has_a_sender() =>
        Expect.None(
            from message in ContractTypes.Commands.Concat(ContractTypes.Events)
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

    private static string Names(IEnumerable<Type> types) => string.Join(", ", types.Select(t => t.Name).DefaultIfEmpty("nobody"));
}

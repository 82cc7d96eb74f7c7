using System.Globalization;
using System.Reflection;
using System.Text;
using Cassiopea.Contracts;

namespace Cassiopea.Architecture.Tests;

public sealed class MessagesDocumentTests
{
    [Fact]
    public void The_table_of_messages_says_what_the_code_does() => Snapshot.Matches("docs/messages.md", Table());

    private static string Table()
    {
        var text = new StringBuilder("""
            # Messages

            Made by `tests/Cassiopea.Architecture.Tests` from the contracts, the services and their sources; do not edit
            (`CASSIOPEA_UPDATE_SNAPSHOTS=1` rewrites it). A command goes to the queue of its own name in kebab-case, or to the
            saga's queue `migration`; an event goes to one queue per service and message that reads it. Every message is taken once (inbox, by MessageId); the key is what makes
            the *work* happen once when the same thing is asked by two messages.

            ## Commands

            | Message | Sender | Consumer | Key | Answers |
            |---|---|---|---|---|

            """);
        foreach (var command in ContractTypes.Commands)
        {
            var consumer = Services(MessageFlow.ConsumersOf(command).Select(MessageFlow.ShortName));
            text.Append(CultureInfo.InvariantCulture, $"| `{command.Name}` | {Services(MessageFlow.SendersOf(command))} | {consumer} | {Key(command)} | {Answers(command)} |\n");
        }

        text.Append("""

            ## Events

            | Message | What happened | Sender | Consumers | Order |
            |---|---|---|---|---|

            """);
        foreach (var message in ContractTypes.Events)
        {
            var consumers = Services(MessageFlow.ConsumersOf(message).Select(MessageFlow.ShortName));
            text.Append(CultureInfo.InvariantCulture, $"| `{message.Name}` | {FirstSentence(message)} | {Services(MessageFlow.SendersOf(message))} | {consumers} | {OrderedBy(message)} |\n");
        }

        return text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static string Key(Type command)
    {
        var documented = MessageFlow.Documented(command, "key");
        return documented.Length > 0 ? documented
            : command.GetCustomAttribute<CommandAttribute>()?.Queue is not null ? "MigrationId (the saga's state)"
            : "–";
    }

    private static string Answers(Type command)
    {
        var named = ContractTypes.Events.Where(e => ContractTypes.Summary(command).Contains(e.Name, StringComparison.Ordinal)).Select(e => $"`{e.Name}`").ToList();
        if (named.Count == 0 && ContractTypes.Parameters(command).Any(p => p.Name == "OperationId"))
            named = ["`CommandAccepted`", "`CommandRefused`"];
        return OrDash(string.Join(", ", named));
    }

    private static string OrderedBy(Type message)
    {
        var names = ContractTypes.Parameters(message).Select(p => p.Name!).ToList();
        return names.Contains("Version") ? "Version" : names.Contains("Pass") ? "Pass" : names.Contains("AsOf") ? "AsOf" : "–";
    }

    private static string FirstSentence(Type message)
    {
        var summary = ContractTypes.Summary(message);
        var end = summary.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? summary : summary[..(end + 1)]).Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Services(IEnumerable<string> names) => OrDash(string.Join(", ", names.Distinct().Order()));

    private static string OrDash(string text) => text.Length == 0 ? "–" : text;
}

using System.Reflection;
using System.Text.RegularExpressions;
using MassTransit;

namespace Cassiopea.Architecture.Tests;

/// <summary>Who sends and who consumes each message, read from the compiled services and their sources.</summary>
internal static class MessageFlow
{
    private static readonly Assembly[] Deployed = [.. Roles.Services.Append("Cassiopea.ServiceDefaults").Select(Assembly.Load)];

    /// <summary>Message → the types that consume it. The saga counts once, whatever the number of states that handle the message.</summary>
    public static IReadOnlyDictionary<Type, IReadOnlyList<Type>> Consumers { get; } =
        (from assembly in Deployed
         from type in assembly.GetTypes()
         where type is { IsClass: true, IsAbstract: false }
         from message in Consumed(type)
         group type by message)
        .ToDictionary(g => g.Key, g => (IReadOnlyList<Type>)[.. g.Distinct()]);

    public static IReadOnlyList<Type> ConsumersOf(Type message) => Consumers.GetValueOrDefault(message) ?? [];

    /// <summary>Services in whose source the message is made.</summary>
    public static IReadOnlyList<string> SendersOf(Type message)
    {
        // new X(…), X x = new(…), X Make(…) => new(…)
        var made = new Regex(
            $@"\bnew\s+(Contracts\.)?{message.Name}\s*\(|\b{message.Name}\s+\w+\s*(\([^)]*\)\s*)?=>?\s*new\s*\(", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        return [.. Sources.Where(s => s.Text.Contains(message.Name, StringComparison.Ordinal) && made.IsMatch(s.Text)).Select(s => s.Project).Distinct().Order()];
    }

    /// <summary>What the summary says after <c>Sender:</c>, <c>consumer:</c> or <c>key:</c>; empty when it does not say.</summary>
    public static string Documented(Type message, string word)
    {
        var match = Regex.Match(ContractTypes.Summary(message), $@"\b{word}: (?<value>.*?)(; |\.$|\. )", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        return match.Groups["value"].Value;
    }

    public static string ShortName(Type consumer) => consumer.Assembly.GetName().Name!.Replace("Cassiopea.", "", StringComparison.Ordinal);

    private static IReadOnlyList<(string Project, string Text)> Sources { get; } =
        [.. Tree.Sources("src/", ".cs", ".razor").Where(f => Roles.Of(Tree.ProjectOf(f)) is Role.Service or Role.ServiceDefaults)
            .Select(f => (Tree.ProjectOf(f).Replace("Cassiopea.", "", StringComparison.Ordinal), Tree.Read(f)))];

    private static IEnumerable<Type> Consumed(Type type)
    {
        var byConsumer = type.GetInterfaces()
            .Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(i => i.GetGenericArguments()[0]);
        var bySaga = typeof(SagaStateMachine<>).IsAssignableFromGeneric(type)
            ? type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
                .Where(p => p.PropertyType.IsGenericType && p.PropertyType.GetGenericTypeDefinition() == typeof(Event<>))
                .Select(p => p.PropertyType.GetGenericArguments()[0])
            : [];
        return byConsumer.Concat(bySaga).Where(m => m.Namespace == "Cassiopea.Contracts");
    }
}

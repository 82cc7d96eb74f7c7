using System.Reflection;
using System.Xml.Linq;
using Cassiopea.Contracts;

namespace Cassiopea.Architecture.Tests;

internal enum MessageRole
{
    /// <summary>Says what someone shall do: one consumer.</summary>
    Command,

    /// <summary>Says what happened: at least one consumer.</summary>
    Event,

    /// <summary>A part of messages, never sent by itself.</summary>
    Part,
}

/// <summary>The contract assembly as people see it: records, parameters and what their documentation says.</summary>
internal static class ContractTypes
{
    private static readonly string[] Verbs =
    [
        "Accept", "Add", "Answer", "Approve", "Archive", "Assign", "Cancel", "Check", "Choose", "Close", "Configure", "Confirm", "Consent", "Contest", "CutOver", "Decide", "Declare", "Decline", "Edit", "Entrust", "Erase", "Exclude", "Find", "Freeze", "Unfreeze", "Hand", "Import", "Invite", "Lower", "Map", "Pause", "Prepare", "Publish", "Recheck",
        "Record", "Register", "Remove", "Repair", "Replace", "Report", "Request", "Resume", "Retry", "RollBack", "Run", "Save", "Send", "Start", "Survey", "TakeBack", "Transfer", "Verify", "Waive",
    ];

    private static readonly Assembly Assembly = typeof(Failure).Assembly;

    private static readonly XDocument Documentation = XDocument.Load(Path.ChangeExtension(Assembly.Location, ".xml"));

    public static IReadOnlyList<Type> Exported { get; } = [.. Assembly.GetExportedTypes().OrderBy(t => t.Name, StringComparer.Ordinal)];

    public static IReadOnlyList<Type> Records { get; } = [.. Exported.Where(IsRecord)];

    public static IEnumerable<Type> Commands => Records.Where(r => RoleOf(r) == MessageRole.Command);

    public static IEnumerable<Type> Events => Records.Where(r => RoleOf(r) == MessageRole.Event);

    public static bool IsRecord(Type type) => type.IsClass && type.GetMethod("<Clone>$") is not null;

    public static MessageRole RoleOf(Type record) =>
        IsPart(record) ? MessageRole.Part
        : record.GetCustomAttribute<CommandAttribute>() is not null ? MessageRole.Command
        : MessageRole.Event;

    public static ParameterInfo[] Parameters(Type record) => record.GetConstructors().MaxBy(c => c.GetParameters().Length)?.GetParameters() ?? [];

    public static string Summary(Type type) => Text(Member(type)?.Element("summary"));

    public static string ParameterText(Type record, string name) =>
        Text(Member(record)?.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == name));

    /// <summary>An event reads noun, then verb in the past: its name ends in a participle.</summary>
    public static bool EndsInParticiple(string name) =>
        name.EndsWith("ed", StringComparison.Ordinal) || name.EndsWith("Sent", StringComparison.Ordinal) || name.EndsWith("CutOver", StringComparison.Ordinal)
        || name.EndsWith("RolledBack", StringComparison.Ordinal) || name.EndsWith("Frozen", StringComparison.Ordinal) || name.EndsWith("Unfrozen", StringComparison.Ordinal) || name.EndsWith("Held", StringComparison.Ordinal);

    /// <summary>A command reads verb, then noun.</summary>
    public static bool BeginsWithVerb(string name) =>
        Verbs.Any(v => name.StartsWith(v, StringComparison.Ordinal) && (name.Length == v.Length || char.IsUpper(name[v.Length])));

    private static bool IsPart(Type record) =>
        Records.Any(other => Parameters(other).Any(p => p.ParameterType == record || p.ParameterType.GenericTypeArguments.Contains(record)));

    private static XElement? Member(Type type) =>
        Documentation.Descendants("member").FirstOrDefault(m => m.Attribute("name")?.Value == $"T:{type.FullName}");

    private static string Text(XElement? element)
    {
        if (element is null)
            return "";
        var words = element.Nodes().Select(n => n switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "paramref" } reference => (reference.Attribute("cref") ?? reference.Attribute("name"))!.Value.Split('.', ':')[^1],
            XElement other => other.Value,
            _ => "",
        });
        return string.Join(' ', string.Concat(words).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}

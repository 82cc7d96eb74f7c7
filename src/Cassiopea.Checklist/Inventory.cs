namespace Cassiopea.Checklist;

/// <summary>A service that a list names.</summary>
/// <param name="Source">Which list: <c>invoice</c>, or a server's list.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; empty where the list says only that there is one of that kind.</param>
public sealed record ListedService(string Source, string Kind, string Name);

/// <summary>Compares what lists name with what was found. What is not found is told, never dropped.</summary>
public static class Inventory
{
    /// <summary>The source of invoice lines.</summary>
    public const string Invoice = "invoice";

    /// <summary>True when the list's line is an item that is known.</summary>
    public static bool Matches(ListedService listed, string kind, string name) =>
        listed.Kind == kind && (listed.Name.Length == 0 || string.Equals(listed.Name.Trim(), name.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Facts about the whole migration: what lists name and nobody found.</summary>
    public static IReadOnlyList<KnownFact> Missing(IEnumerable<ListedService> listed, IReadOnlyCollection<(string Kind, string Name)> known) =>
    [
        .. listed.Where(l => !known.Any(k => Matches(l, k.Kind, k.Name)))
            .Select(l => new KnownFact(l.Source == Invoice ? "billed-not-found" : "listed-not-found", l.Name.Length > 0 ? $"{l.Kind}: {l.Name}" : l.Kind)),
    ];
}

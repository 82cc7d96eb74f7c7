using Cassiopea.Contracts;

namespace Cassiopea.Migrations;

/// <summary>When what people decide about a database is refused.</summary>
internal static class DatabaseRules
{
    private const int Most = 200;

    public static Refusal? Judge(Migration m, DecideDatabase c) => Find(m, c.ItemId) switch
    {
        null => NoSuchItem,
        { Kind: not ItemKind.Database } => NoDatabase,
        { CutOverAt: not null } or { State: ItemState.CutOver } => new("transition-not-allowed", "The database was moved already: roll back first."),
        { Host: not null } => new("invalid", "The new host moves this database: take it back first."),
        { Pass: > 0 } item when Names(item.Choices) != Names(c.Choices) => new("transition-not-allowed", "The database was copied already: its tables and their names at the new place stay."),
        _ when c.Choices.AcceptedFindings.Count > Most || c.Choices.RepairedColumns.Count > Most || c.Choices.ExcludedTables.Count > Most || c.Choices.Replacements?.Count > Most =>
            new("invalid", "At most 200 of each."),
        _ when c.Choices.RepairedColumns.Any(static column => !column.Contains('.', StringComparison.Ordinal)) => new("invalid", "Name a column as table.column."),
        _ when c.Choices.Replacements?.Any(static r => r.From.Length == 0 || r.From == r.To) == true => new("invalid", "A text to be replaced is empty, or is what takes its place."),
        _ => null,
    };

    public static Refusal? Judge(Migration m, RequestReadAccount c) => Find(m, c.ItemId) switch
    {
        null => NoSuchItem,
        { Kind: not ItemKind.Database } => NoDatabase,
        { Source: null } => new("invalid", "The old place is not known yet: name its server first."),
        { ReadAccount: not null } => new("invalid", "Such an account was asked for already."),
        { Pass: > 0 } => new("transition-not-allowed", "The database was copied already, with another account: have that one's password entered again."),
        _ when c.CredentialId == Guid.Empty => new("invalid", "Say where the vault keeps the password."),
        _ => null,
    };

    private static Refusal NoSuchItem => new("not-found", "No such item in this migration.");

    private static Refusal NoDatabase => new("invalid", "This is no database.");

    private static string Names(DatabaseChoices? choices) =>
        choices is null ? "||" : $"{choices.OldPrefix}|{choices.NewPrefix}|{string.Join('\n', choices.ExcludedTables.Order(StringComparer.Ordinal))}";

    private static Item? Find(Migration m, Guid id) => m.Active.SingleOrDefault(i => i.Id == id);
}

namespace Cassiopea.Cli.Api;

/// <summary>People name a member by its reference, a migration by its member, an item by MIGRATION/NAME; identifiers work everywhere.</summary>
internal static class Find
{
    public static async Task<Guid> MemberAsync(ApiClient api, string word, CancellationToken token)
    {
        if (Guid.TryParse(word, out var id)) return id;
        var found = await api.ListAsync($"members?search={Uri.EscapeDataString(word)}", token);
        return found.FirstOrDefault(m => m.Text("reference").Equals(word, StringComparison.OrdinalIgnoreCase)) is { ValueKind: System.Text.Json.JsonValueKind.Object } member
            ? member.GetProperty("id").GetGuid()
            : throw Unknown(Speech.Of("member", "membre"), word);
    }

    /// <summary>The last migration of the member when the word is its reference.</summary>
    public static async Task<Guid> MigrationAsync(ApiClient api, string word, CancellationToken token)
    {
        if (Guid.TryParse(word, out var id)) return id;
        var found = await api.ListAsync($"migrations?member={await MemberAsync(api, word, token)}", token);
        return found.Count > 0 ? found[^1].GetProperty("id").GetGuid() : throw Unknown("migration", word);
    }

    public static async Task<Guid> ItemAsync(ApiClient api, string word, CancellationToken token)
    {
        if (Guid.TryParse(word, out var id)) return id;
        if (word.Split('/', 2) is not [var migration, var name]) throw Unknown(Speech.Of("item", "élément"), word);
        var items = await api.ListAsync($"migrations/{await MigrationAsync(api, migration, token)}/items", token);
        var found = items.Where(i => i.Text("name").Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count == 1 ? found[0].GetProperty("id").GetGuid() : throw Unknown(Speech.Of("item", "élément"), word);
    }

    private static ApiException Unknown(string what, string word) =>
        new(ExitCode.Refused, Speech.Of($"not-found: no such {what}: {word}.", $"not-found : {what} inconnu : {word}."), "not-found");
}

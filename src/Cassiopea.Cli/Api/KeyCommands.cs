namespace Cassiopea.Cli.Api;

internal static class KeyCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("key list", "", "API keys, never their text", "Les clés d'API, jamais leur texte", "", async (line, api, token) =>
        {
            var keys = await api.ListAsync("api-keys", token);
            if (line.Has("--json")) Output.Json(keys);
            else
                Output.Table(
                    [Speech.Of("owner", "titulaire"), Speech.Of("role", "rôle"), Speech.Of("expires", "expire"), Speech.Of("last used", "dernier usage"), Speech.Of("revoked", "révoquée"), "id"],
                    keys.Select(static k => new[] { k.Text("owner"), k.Text("role"), k.When("expiresAt"), k.When("lastUsedAt"), k.When("revokedAt"), k.Text("id") }));
            return ExitCode.Complete;
        }),
        ApiCommands.Ask("key make", "OWNER ROLE", "Make a key and print it, once", "Faire une clé et l'afficher, une fois", "--member= --scopes= --days=", async (line, api, token) =>
        {
            Guid? member = line.Value("--member") is { } word ? await Find.MemberAsync(api, word, token) : null;
            var answer = await api.PostAsync("api-keys", ApiCommands.KeyOf(line), new
            {
                owner = ApiCommands.Word(line, "OWNER"),
                role = ApiCommands.Word(line, "ROLE", 1),
                memberId = member,
                scopes = line.Value("--scopes")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                expiresAt = line.Value("--days") is null ? (DateTimeOffset?)null : TimeProvider.System.GetUtcNow().AddDays(line.Number("--days", 90, 1, 90)),
            }, token);
            if (line.Has("--json")) Output.Json(answer);
            else Output.Line(answer.Text("text"));
            return ExitCode.Complete;
        }),
        ApiCommands.Read("key revoke", "KEY", "Refuse a key from now on", "Refuser une clé dès maintenant", "--yes", async (line, api, token) =>
        {
            if (!Guid.TryParse(ApiCommands.Word(line, "KEY"), out var id))
                throw new UsageException(Speech.Of("KEY is the identifier that key list tells.", "KEY est l'identifiant donné par key list."));
            await Person.ConfirmAsync(line, Speech.Of("Revoke this key?", "Révoquer cette clé ?"), token);
            await api.DeleteAsync($"api-keys/{id}", token);
            if (line.Has("--json")) Output.Json(new { id, revoked = true });
            else Output.Line(Speech.Of("revoked", "révoquée"));
            return ExitCode.Complete;
        }),
    ];
}

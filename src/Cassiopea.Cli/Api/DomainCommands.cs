namespace Cassiopea.Cli.Api;

/// <summary>What people do about domains beside their move.</summary>
internal static class DomainCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("domain conflicts", "", "Domains that only the registrar or only the inventory knows", "Les domaines que seul le bureau d'enregistrement ou seul l'inventaire connaît", "", async (line, api, token) =>
        {
            var answer = await api.GetAsync("domains/conflicts", token);
            if (line.Has("--json")) Output.Json(answer);
            else
                Output.Table(
                    [Speech.Of("domain", "domaine"), Speech.Of("member", "membre"), Speech.Of("conflict", "conflit")],
                    answer.GetProperty("conflicts").EnumerateArray().Select(static one => new[] { one.Text("domain"), one.Text("memberReference"), one.Text("kind") }));
            return ExitCode.Complete;
        }),
        ApiCommands.Ask("item record-rung", "ITEM RUNG OUTCOME", "Record a rung of the ladder of rights over a domain (Notified, Released, HandleTold, PasswordRecovery, OwnershipProof, NameServersOnly; Done or Failed)",
            "Noter un échelon des droits sur un domaine (Notified, Released, HandleTold, PasswordRecovery, OwnershipProof, NameServersOnly ; Done ou Failed)", "--note= --custodian=", async (line, api, token) =>
            await ApiCommands.SendAsync(
                line, api, $"items/{await Find.ItemAsync(api, ApiCommands.Word(line, "ITEM"), token)}/commands/record-rung",
                new { rung = ApiCommands.Word(line, "RUNG", 1), outcome = ApiCommands.Word(line, "OUTCOME", 2), note = line.Value("--note") ?? "", custodian = line.Value("--custodian") }, token)),
        ApiCommands.Ask("item prepare-transfer", "ITEM", "Unlock a released domain and put its transfer code into the vault", "Déverrouiller un domaine libéré et mettre son code de transfert au coffre", "", async (line, api, token) =>
            await ApiCommands.SendAsync(line, api, $"items/{await Find.ItemAsync(api, ApiCommands.Word(line, "ITEM"), token)}/commands/prepare-transfer", null, token)),
        ApiCommands.Ask("item transfer-code-link", "ITEM", "A one-time link to a domain's transfer code for its owner; shown once", "Lien à usage unique vers le code de transfert d'un domaine, pour son titulaire ; montré une fois", "", async (line, api, token) =>
        {
            Output.Json(await api.PostAsync($"items/{await Find.ItemAsync(api, ApiCommands.Word(line, "ITEM"), token)}/transfer-code-link", ApiCommands.KeyOf(line), null, token));
            return ExitCode.Complete;
        }),
    ];
}

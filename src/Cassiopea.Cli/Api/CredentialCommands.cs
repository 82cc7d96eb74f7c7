namespace Cassiopea.Cli.Api;

internal static class CredentialCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        ApiCommands.Read("credential set", "CREDENTIAL", "Store a secret, from --secret-file, standard input, or asked without echo",
            "Enregistrer un secret, de --secret-file, de l'entrée standard, ou demandé sans écho", "--secret-file=", async (line, api, token) =>
            {
                var id = Id(line);
                var secret = await Person.SecretAsync(line.Value("--secret-file"), Speech.Of("Secret:", "Secret :"), token);
                await api.PutSecretAsync($"credentials/{id}", secret, token);
                if (line.Has("--json")) Output.Json(new { credentialId = id, status = "present" });
                else Output.Line(Speech.Of("stored", "enregistré"));
                return ExitCode.Complete;
            }),
        ApiCommands.Read("credential status", "CREDENTIAL", "Whether a secret is there; never what it is", "Si un secret est là ; jamais lequel", "", async (line, api, token) =>
        {
            var status = await api.GetAsync($"credentials/{Id(line)}", token);
            if (line.Has("--json")) Output.Json(status);
            else Output.Fields([("status", status.Text("status")), ("version", status.Text("version")), (Speech.Of("stored", "enregistré"), status.When("storedAt")), (Speech.Of("side", "côté"), status.Text("side"))]);
            return ExitCode.Complete;
        }),
    ];

    private static Guid Id(CommandLine line) =>
        Guid.TryParse(ApiCommands.Word(line, "CREDENTIAL"), out var id)
            ? id
            : throw new UsageException(Speech.Of("CREDENTIAL is the identifier that item declare or item show tells.", "CREDENTIAL est l'identifiant donné par item declare ou item show."));
}

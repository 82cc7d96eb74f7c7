namespace Cassiopea.Cli.Api;

internal static class LoginCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        new("login",
            Speech.Of(
                "Keep the gateway's address and an API key (from CASSIOPEA_API_KEY, --key-file, standard input, or asked)",
                "Garder l'adresse de la passerelle et une clé d'API (de CASSIOPEA_API_KEY, --key-file, l'entrée standard, ou demandée)"),
            "--url= --key-file= --json", LoginAsync, "--url URL"),
        new("logout", Speech.Of("Forget them", "Les oublier"), "", (_, _) =>
        {
            Login.Forget();
            return Task.FromResult(ExitCode.Complete);
        }),
        ApiCommands.Read("whoami", "", "Whose key this is", "À qui est cette clé", "", async (line, api, token) =>
        {
            Show(line, await api.GetAsync("me", token));
            return ExitCode.Complete;
        }),
    ];

    private static Task<int> LoginAsync(CommandLine line, CancellationToken token) => ApiCommands.GuardAsync(async () =>
    {
        var url = Login.UrlOf(line.Value("--url") ?? Environment.GetEnvironmentVariable("CASSIOPEA_URL") ?? "http://127.0.0.1:8480");
        var key = line.Value("--key-file") is null && Login.KeyOfEnvironment is { } given
            ? given
            : await Person.SecretAsync(line.Value("--key-file"), Speech.Of("API key:", "Clé d'API :"), token);
        var login = new Login(url, key.Trim());
        using var api = new ApiClient(login);
        var me = await api.GetAsync("me", token);
        await login.WriteAsync(token);
        Show(line, me);
        return ExitCode.Complete;
    });

    private static void Show(CommandLine line, System.Text.Json.JsonElement me)
    {
        if (line.Has("--json")) Output.Json(me);
        else Output.Fields([(Speech.Of("owner", "titulaire"), me.Text("owner")), (Speech.Of("role", "rôle"), me.Text("role")), (Speech.Of("scopes", "portées"), me.Text("scopes"))]);
    }
}

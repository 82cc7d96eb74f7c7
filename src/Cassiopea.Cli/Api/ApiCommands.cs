using System.Text.Json;

namespace Cassiopea.Cli.Api;

/// <summary>The commands that drive the running system, through the gateway's API only.</summary>
internal static class ApiCommands
{
    /// <summary>Taken by all of them.</summary>
    private const string Common = "--json --url=";

    /// <summary>Taken by those that ask for something.</summary>
    private const string Asking = Common + " --idempotency-key= --no-wait --timeout=";

    public static IReadOnlyList<Command> All { get; } =
    [
        .. LoginCommands.All, .. MemberCommands.All, .. InvoiceCommands.All, .. TextCommands.All, .. MigrationCommands.All, .. ChecklistCommands.All, .. ItemCommands.All,
        .. CredentialCommands.All, .. IncidentCommands.All, .. BulkCommands.All, .. HouseCommands.All, .. WaveCommands.All, .. KeyCommands.All, .. AuditCommands.All,
    ];

    /// <summary>A row that reads.</summary>
    public static Command Read(
        string name, string words, string english, string french, string options, Func<CommandLine, ApiClient, CancellationToken, Task<int>> runAsync) =>
        new(name, Speech.Of(english, french), $"{options} {Common}".Trim(), (line, token) => RunAsync(line, runAsync, token), words);

    /// <summary>A row that asks for something.</summary>
    public static Command Ask(
        string name, string words, string english, string french, string options, Func<CommandLine, ApiClient, CancellationToken, Task<int>> runAsync) =>
        new(name, Speech.Of(english, french), $"{options} {Asking}".Trim(), (line, token) => RunAsync(line, runAsync, token), words);

    public static async Task<int> GuardAsync(Func<Task<int>> runAsync)
    {
        try
        {
            return await runAsync();
        }
        catch (ApiException refusal)
        {
            Output.Note(refusal.Message);
            return refusal.ExitCode;
        }
    }

    /// <summary>Sends a command and follows its operation to the end: 0 when it succeeded, 3 when it was refused, 5 when it still runs at the time limit.</summary>
    public static async Task<int> SendAsync(CommandLine line, ApiClient api, string path, object? body, CancellationToken token)
    {
        var answer = await api.PostAsync(path, KeyOf(line), body, token);
        return await FollowAsync(line, api, answer, token);
    }

    public static async Task<int> FollowAsync(CommandLine line, ApiClient api, JsonElement answer, CancellationToken token)
    {
        var operation = answer.Member("operation") ?? answer;
        var limit = TimeSpan.FromSeconds(line.Number("--timeout", 60, 1, 86_400));
        var since = TimeProvider.System.GetTimestamp();
        while (!line.Has("--no-wait") && operation.Text("state") == "Running" && TimeProvider.System.GetElapsedTime(since) < limit)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, token);
            operation = await api.GetAsync($"operations/{operation.Text("id")}", token);
        }

        if (line.Has("--json"))
            Output.Json(answer.Member("operation") is null ? operation : JsonSerializer.SerializeToElement(new
            {
                operation,
                itemId = answer.Text("itemId"),
                sourceCredentialId = answer.Text("sourceCredentialId"),
                targetCredentialId = answer.Text("targetCredentialId"),
            }));
        else
            Tell(operation);
        return operation.Text("state") switch
        {
            "Succeeded" => ExitCode.Complete,
            "Refused" => ExitCode.Refused,
            _ => line.Has("--no-wait") ? ExitCode.Complete : ExitCode.Interrupted,
        };
    }

    public static string KeyOf(CommandLine line) => line.Value("--idempotency-key") ?? Guid.NewGuid().ToString();

    /// <summary>The one word that names what the command is about.</summary>
    public static string Word(CommandLine line, string what, int index = 0) =>
        line.Words.Count > index ? line.Words[index] : throw new UsageException(Speech.Of($"{what} is missing.", $"Il manque {what}."));

    private static void Tell(JsonElement operation)
    {
        var state = operation.Text("state") switch
        {
            "Succeeded" => Speech.Of("done", "fait"),
            "Refused" => Speech.Of("refused", "refusé"),
            _ => Speech.Of("taken, still running", "accepté, en cours"),
        };
        Output.Line($"{operation.Text("verb")}: {state} ({Speech.Of("operation", "opération")} {operation.Text("id")})");
        if (operation.Text("code").Length > 0) Output.Line($"  {operation.Text("code")}: {operation.Text("detail")}");
        else if (operation.Text("detail").Length > 0) Output.Line($"  {operation.Text("detail")}");
        if (operation.Text("allowedTransitions").Length > 0)
            Output.Line($"  {Speech.Of("allowed now", "permis maintenant")}: {operation.Text("allowedTransitions")}");
        if (operation.Member("result")?.Member("errors") is { } errors)
            foreach (var error in errors.EnumerateArray())
                Output.Line($"  {Speech.Of("line", "ligne")} {error.Text("line")} {error.Text("column")}: {error.Text("problem")}");
        if (operation.Member("result") is { } result && result.Text("created").Length > 0)
            Output.Line(Speech.Of(
                $"  {result.Text("created")} new, {result.Text("updated")} changed, {result.Text("unchanged")} as they were",
                $"  {result.Text("created")} nouvelles, {result.Text("updated")} changées, {result.Text("unchanged")} inchangées"));
        if (operation.Text("migrationId").Length > 0 && operation.Text("verb") == "request") Output.Line($"  migration {operation.Text("migrationId")}");
    }

    private static Task<int> RunAsync(CommandLine line, Func<CommandLine, ApiClient, CancellationToken, Task<int>> runAsync, CancellationToken token) =>
        GuardAsync(async () =>
        {
            using var api = await ApiClient.OpenAsync(line, token);
            return await runAsync(line, api, token);
        });
}

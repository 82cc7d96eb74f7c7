using System.Text.Json;

namespace Cassiopea.Cli.Api;

/// <summary>Where the gateway is and with which key; kept in <c>login.json</c> of the user's configuration folder, mode 600.</summary>
internal sealed record Login(Uri Url, string Key)
{
    private const string UrlVariable = "CASSIOPEA_URL";
    private const string KeyVariable = "CASSIOPEA_API_KEY";

    private static string FilePath => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"),
        "cassiopea", "login.json");

    public static string? KeyOfEnvironment => Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key ? key.Trim() : null;

    /// <summary>From <c>--url</c> and the environment first, then from the file.</summary>
    /// <exception cref="ApiException">Nobody has logged in.</exception>
    public static async Task<Login> FindAsync(CommandLine line, CancellationToken token)
    {
        var kept = await ReadAsync(token);
        var url = line.Value("--url") ?? Environment.GetEnvironmentVariable(UrlVariable) ?? kept?.Url.ToString();
        var key = KeyOfEnvironment ?? kept?.Key;
        return url is not null && key is not null
            ? new Login(UrlOf(url), key)
            : throw new ApiException(ExitCode.Authentication, Speech.Of(
                $"Not logged in: run cassiopea login, or set {UrlVariable} and {KeyVariable}.",
                $"Pas de session : lancez cassiopea login, ou donnez {UrlVariable} et {KeyVariable}."));
    }

    /// <summary>A key never travels in clear text, except to this machine.</summary>
    public static Uri UrlOf(string text)
    {
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UsageException(Speech.Of($"{text} is not an http or https address.", $"{text} n'est pas une adresse http ou https."));
        return url.Scheme == "https" || url.IsLoopback
            ? url
            : throw new UsageException(Speech.Of(
                "http is for this machine only: a key must not travel in clear text. Use https.",
                "http est réservé à cette machine : une clé ne voyage pas en clair. Utilisez https."));
    }

    public async Task WriteAsync(CancellationToken token)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var temporary = FilePath + ".new";
        File.Delete(temporary);
        await using (var file = new FileStream(temporary, options))
            await JsonSerializer.SerializeAsync(file, this, JsonSerializerOptions.Web, token);
        File.Move(temporary, FilePath, overwrite: true);
    }

    public static void Forget() => File.Delete(FilePath);

    private static async Task<Login?> ReadAsync(CancellationToken token)
    {
        if (!File.Exists(FilePath)) return null;
        await using var file = File.OpenRead(FilePath);
        return await JsonSerializer.DeserializeAsync<Login>(file, JsonSerializerOptions.Web, token);
    }
}

using System.Globalization;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Benchmarks.Web;

/// <summary>One end as a tool sees it.</summary>
/// <param name="Server">The server.</param>
/// <param name="Port">Its port, or a relay's.</param>
/// <param name="Tls"><c>none</c> or <c>explicit</c>.</param>
internal sealed record WebEnd(SiteServer Server, int Port, string Tls);

/// <summary>A tool that copies a site.</summary>
/// <param name="Name">For people.</param>
/// <param name="Prepare">Writes what it needs into a folder of its own and says what to start, one after the other; a second start there is a second pass.</param>
internal sealed record WebTool(string Name, Func<WebEnd, WebEnd, string, Task<ChildProgram[]>> Prepare)
{
    public static IReadOnlyList<WebTool> All(WebOptions options)
    {
        WebTool[] tools = [Ours(options), Lftp(options), LftpDirect(options), Rclone(options)];
        return [.. tools.Where(tool => options.Only.Count == 0 || options.Only.Contains(tool.Name))];
    }

    public static WebTool Ours(WebOptions options) => new("cassiopea", (from, to, state) =>
    {
        string[] arguments =
        [
            "site", "copy", "--from", Url(from), "--to", Url(to), "--journal", Path.Combine(state, "journal"), "--report", Path.Combine(state, "report.json"), "--quiet",
            "--connections", Text(options.Connections),
        ];
        var managed = options.Cli.EndsWith(".dll", StringComparison.Ordinal);
        return Task.FromResult<ChildProgram[]>([new ChildProgram(managed ? "/usr/bin/dotnet" : options.Cli, managed ? [options.Cli, .. arguments] : arguments)
        {
            Environment = new Dictionary<string, string?> { ["CASSIOPEA_FROM_PASSWORD"] = from.Server.Password, ["CASSIOPEA_TO_PASSWORD"] = to.Server.Password },
        }]);
    });

    // two programs by way of the disk: what people do
    private static WebTool Lftp(WebOptions options) => new("lftp", async (from, to, state) =>
    [
        await ScriptAsync(state, "get", $"open {Plain(from)}\nmirror --parallel={options.Connections} / {state}/disk\n"),
        await ScriptAsync(state, "put", $"open {Plain(to)}\nmirror -R --parallel={options.Connections} {state}/disk /\n"),
    ]);

    private static WebTool LftpDirect(WebOptions options) => new("lftp-direct", async (from, to, state) =>
        [await ScriptAsync(state, "direct", $"set ftp:use-fxp no\nmirror --parallel={options.Connections} {Plain(from)}/ {Plain(to)}/\n")]);

    private static WebTool Rclone(WebOptions options) => new("rclone", async (from, to, state) =>
    {
        var configuration = Path.Combine(state, "rclone.conf");
        await File.WriteAllTextAsync(configuration, await RemoteAsync("from", from) + await RemoteAsync("to", to));
        return [new ChildProgram("/usr/bin/rclone", "copy", "--config", configuration, "--transfers", Text(options.Connections), "--checkers", Text(options.Connections), "-q", "from:/", "to:/")];
    });

    private static async Task<string> RemoteAsync(string name, WebEnd end)
    {
        var hidden = (await Lab.Tool.DemandAsync(new ChildProgram("/usr/bin/rclone", "obscure", end.Server.Password), CancellationToken.None)).Trim();
        return string.Create(CultureInfo.InvariantCulture, $"[{name}]\ntype = ftp\nhost = 127.0.0.1\nport = {end.Port}\nuser = {end.Server.User}\npass = {hidden}\nwriting_mdtm = true\n{(end.Tls == "none" ? "" : "explicit_tls = true\nno_check_certificate = true\n")}\n");
    }

    private static async Task<ChildProgram> ScriptAsync(string state, string name, string body)
    {
        var script = Path.Combine(state, name + ".lftp");
        await File.WriteAllTextAsync(script, $"set ftp:passive-mode yes\nset ssl:verify-certificate no\nset net:max-retries 3\nset net:timeout 20\n{body}");
        return new ChildProgram("/usr/bin/lftp", "-f", script) { Environment = new Dictionary<string, string?> { ["HOME"] = state } };
    }

    private static string Plain(WebEnd end) => string.Create(CultureInfo.InvariantCulture, $"ftp://{end.Server.User}:{end.Server.Password}@127.0.0.1:{end.Port}");

    private static string Url(WebEnd end) => string.Create(CultureInfo.InvariantCulture, $"ftp://{end.Server.User}@127.0.0.1:{end.Port}/?tls={end.Tls}{(end.Server.Pin is { } pin && end.Tls != "none" ? "&pin=" + Uri.EscapeDataString(pin) : "")}");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

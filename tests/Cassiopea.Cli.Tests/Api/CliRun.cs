using System.Text;
using System.Text.Json;
using Cassiopea.Gateway.Tests;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Cli.Tests.Api;

/// <summary>The real program in a process of its own, with a configuration folder of its own.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cassiopea-cli-").FullName;
    private readonly Dictionary<string, string?> _environment;

    public CliRun(TestGateway? gateway = null, string? key = null)
    {
        _environment = new Dictionary<string, string?>
        {
            ["XDG_CONFIG_HOME"] = _folder,
            ["LANG"] = "C.UTF-8",
            ["LC_ALL"] = null,
            ["LC_MESSAGES"] = null,
            ["CASSIOPEA_URL"] = gateway?.Address.ToString(),
            ["CASSIOPEA_API_KEY"] = gateway is null ? null : key ?? gateway.AdminKey,
        };
    }

    public string LoginFile => Path.Combine(_folder, "cassiopea", "login.json");

    public void Set(string variable, string? value) => _environment[variable] = value;

    public async Task<(int Code, string Out)> RunAsync(params string[] arguments) => await (await StartAsync(arguments)).EndAsync();

    public async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var (code, text) = await RunAsync([.. arguments, "--json"]);
        Assert.True(code == 0, $"{string.Join(' ', arguments)} ended with {code}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Standard input comes from a file, so nothing is asked.</summary>
    public async Task<Running> StartAsync(string[] arguments, string input = "")
    {
        var file = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        await File.WriteAllTextAsync(file, input);
        var lines = new StringBuilder();
        var program = Path.Combine(AppContext.BaseDirectory, "cassiopea.dll");
        var child = await ChildProcess.StartAsync(new ChildProgram("/bin/sh", ["-c", "exec dotnet \"$0\" \"$@\" <" + file, program, .. arguments])
        {
            Environment = _environment,
            OnLine = line =>
            {
                lock (lines) lines.AppendLine(line);
            },
        });
        return new Running(child, lines);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    internal sealed class Running(ChildProcess child, StringBuilder lines)
    {
        public ChildProcess Process => child;

        public string Text
        {
            get
            {
                lock (lines) return lines.ToString();
            }
        }

        public async Task<(int Code, string Out)> EndAsync()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            await child.WaitForExitAsync(limit.Token);
            return (child.ExitCode, Text);
        }

        public Task SaysAsync(string text) => Eventually.TrueAsync($"it says {text}", () => Text.Contains(text, StringComparison.Ordinal));
    }
}

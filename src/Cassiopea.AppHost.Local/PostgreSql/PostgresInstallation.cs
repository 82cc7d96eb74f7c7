using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local;

namespace Aspire.Hosting.PostgreSql;

/// <summary>Debian's PostgreSQL: its programs, and a data folder made once (<c>initdb</c>, synced to disk).</summary>
internal sealed class PostgresInstallation(PostgresServerResource server, StateFolder state)
{
    /// <summary>The user that Debian's package makes; PostgreSQL refuses to run as root.</summary>
    public const string User = "postgres";

    private const string Versions = "/usr/lib/postgresql";

    public string Data => Path.Combine(server.WorkingDirectory, "data");

    /// <summary>A program of the version that made the data, else of the newest version.</summary>
    /// <exception cref="DistributedApplicationException">Not installed.</exception>
    public string Program(string name)
    {
        var made = Path.Combine(Data, "PG_VERSION");
        var version = File.Exists(made) ? File.ReadAllText(made).Trim() : NewestVersion();
        var program = version is null ? null : Path.Combine(Versions, version, "bin", name);
        return program is not null && File.Exists(program)
            ? program
            : throw new DistributedApplicationException(version is null
                ? "PostgreSQL is not installed: apt-get install -y --no-install-recommends postgresql"
                : $"The data in {Data} needs PostgreSQL {version}: apt-get install -y --no-install-recommends postgresql-{version}");
    }

    /// <summary>Makes the data folder when there is none. It appears under its name only when it is complete.</summary>
    public async Task PrepareAsync(CancellationToken token)
    {
        var folder = state.MakeFolder(server.Name);
        if (File.Exists(Path.Combine(Data, "PG_VERSION")))
            return;

        var unfinished = Path.Combine(folder, "data.unfinished");
        var passwordFile = Path.Combine(folder, "initdb-password");
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        try
        {
            File.Delete(passwordFile);
            SecretFile.Create(passwordFile, server.PasswordParameter.Read());
            if (Environment.IsPrivilegedProcess)
                await Tool.RunAsync("chown", ["-R", $"{User}:{User}", folder], token);
            await InitializeAsync(unfinished, passwordFile, token);
            Directory.Move(unfinished, Data);
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    private Task InitializeAsync(string folder, string passwordFile, CancellationToken token)
    {
        string[] initialize =
        [
            Program("initdb"), "-D", folder, "-U", server.User, $"--pwfile={passwordFile}", "--auth=scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8",
        ];
        return Environment.IsPrivilegedProcess
            ? Tool.RunAsync("setpriv", [$"--reuid={User}", $"--regid={User}", "--clear-groups", "--", .. initialize], token)
            : Tool.RunAsync(initialize[0], initialize[1..], token);
    }

    private static string? NewestVersion() => !Directory.Exists(Versions)
        ? null
        : Directory.GetDirectories(Versions)
            .Select(Path.GetFileName)
            .MaxBy(version => double.TryParse(version, CultureInfo.InvariantCulture, out var number) ? number : 0);
}

using System.Text.Json;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Demo;

/// <summary>The member downloads the dossier as one file and runs <c>cassiopea dossier verify</c> on it.</summary>
internal static class DossierVerify
{
    private const string CommandLine = "../../Cassiopea.Cli/release/cassiopea.dll";

    public static async Task<DemoDossier> RunAsync(Course course, CancellationToken token)
    {
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, CommandLine));
        if (!File.Exists(program))
            throw new FileNotFoundException("The command line is not built: dotnet build src/Cassiopea.Cli -c Release.", program);
        var file = Path.GetTempFileName();
        try
        {
            var octets = await course.MemberApi.BytesAsync($"migrations/{course.MigrationId}/dossier?format=zip", token);
            await File.WriteAllBytesAsync(file, octets, token);
            var (code, output) = await Tool.RunAsync(new ChildProgram(DemoSystem.DotNet(), [program, "dossier", "verify", file, "--json"]), token);
            using var told = JsonDocument.Parse(output);
            return new DemoDossier(
                code == 0, octets.LongLength, told.RootElement.GetProperty("files").GetInt32(), told.RootElement.GetProperty("receipts").GetInt32(),
                [.. told.RootElement.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString() ?? "")]);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

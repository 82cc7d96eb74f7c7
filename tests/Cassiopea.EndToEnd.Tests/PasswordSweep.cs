using System.Globalization;
using System.Text.Json;
using Cassiopea.Lab;
using Cassiopea.Lab.Demo;
using Cassiopea.Lab.Servers;

namespace Cassiopea.EndToEnd.Tests;

/// <summary>Searches everything that a running system writes or says for the passwords of all its members' mailboxes, sites and databases (sec-S2).</summary>
internal static class PasswordSweep
{
    /// <summary>Where a password was found; the lab's own list and the two mail servers are left out, they hold passwords by nature.</summary>
    public static async Task<IReadOnlyList<CanaryFinding>> RunAsync(DemoSystem system, OtlpSink telemetry, IReadOnlyList<string> files, string said, CancellationToken token)
    {
        var secrets = new Dictionary<string, string>();
        foreach (var member in system.Lab.Members)
        {
            foreach (var mailbox in member.Mailboxes)
                (secrets[$"{mailbox.Address} old"], secrets[$"{mailbox.Address} new"]) = (mailbox.Source.Password, mailbox.Target.Password);
            foreach (var (name, source, target) in member.Sites.Select(s => (s.Name, s.Source, s.Target)).Concat(member.Databases.Select(d => (d.Name, d.Source, d.Target))))
                (secrets[$"{name} old"], secrets[$"{name} new"]) = (source.Secret, target.Secret);
        }

        var sweep = new CanarySweep(secrets);
        var findings = new List<CanaryFinding>();
        // .NET opens no file that another .NET program holds alone: the AppHost's lock is read by cat
        var held = Path.Combine(system.State, "lock");
        findings.AddRange(await sweep.FolderAsync(system.State, [LabFile.PathOf(system.State), held], token));
        findings.AddRange(await sweep.TextAsync(held, await Tool.DemandAsync(new ChildProgram("/usr/bin/cat", held), token), token));
        findings.AddRange(await sweep.FolderAsync(telemetry.Folder, [], token));
        foreach (var file in files)
            findings.AddRange(await sweep.FileAsync(file, token));
        findings.AddRange(await sweep.TextAsync("what the demo wrote", said, token));
        findings.AddRange(await sweep.TextAsync("what the AppHost wrote", system.Output, token));
        findings.AddRange(await sweep.TextAsync("database dump", await DumpAsync(system, token), token));
        findings.AddRange(await sweep.TextAsync("answers of the API", await AnswersAsync(system, token), token));
        return findings;
    }

    // values too large for a row are compressed on disk: the dump shows them as they are
    private static async Task<string> DumpAsync(DemoSystem system, CancellationToken token)
    {
        var folder = Path.Combine(system.State, "postgres");
        var port = (await File.ReadAllLinesAsync(Directory.GetFiles(folder, "postmaster.pid", SearchOption.AllDirectories).Single(), token))[3].Trim();
        var password = (await File.ReadAllTextAsync(Path.Combine(system.State, "postgres-password.secret"), token)).Trim();
        var dump = await Tool.DemandAsync(
            new ChildProgram(DebianProgram.Highest("/usr/lib/postgresql", "", "bin/pg_dumpall", "postgresql"), "-h", "127.0.0.1", "-p", port, "-U", "postgres", "--inserts")
            {
                Environment = new Dictionary<string, string?> { ["PGPASSWORD"] = password },
            },
            token);
        Assert.Contains("amisducanal.example", dump, StringComparison.Ordinal);
        return dump;
    }

    private static async Task<string> AnswersAsync(DemoSystem system, CancellationToken token)
    {
        using var api = new GatewayApi(system.Gateway, await system.AdminKeyAsync(token));
        var all = new List<string>();
        var migrations = await ReadAsync("migrations?limit=200");
        await ReadAsync("members?limit=200");
        await ReadAsync("api-keys?limit=200");
        await ReadAsync("audit");
        foreach (var migration in Ids(migrations))
        {
            await ReadAsync($"migrations/{migration}");
            await ReadAsync($"migrations/{migration}/timeline?limit=200");
            await ReadAsync($"migrations/{migration}/dossier?format=json");
            await ReadAsync($"migrations/{migration}/dossier?format=html");
            foreach (var item in Ids(await ReadAsync($"migrations/{migration}/items?limit=200")))
                foreach (var end in new[] { "source", "target" })
                    if (JsonDocument.Parse(await ReadAsync($"items/{item}")).RootElement.TryGetProperty(end, out var e) && e.ValueKind == JsonValueKind.Object)
                        await ReadAsync($"credentials/{e.GetProperty("credentialId").GetGuid()}");
        }

        return string.Join('\n', all);

        async Task<string> ReadAsync(string path)
        {
            var answer = await api.TextAsync(path, token);
            all.Add(answer);
            return answer;
        }

        static IEnumerable<string> Ids(string page) => JsonDocument.Parse(page).RootElement.GetProperty("items").EnumerateArray()
            .Select(i => i.GetProperty("id").GetGuid().ToString("D", CultureInfo.InvariantCulture));
    }
}

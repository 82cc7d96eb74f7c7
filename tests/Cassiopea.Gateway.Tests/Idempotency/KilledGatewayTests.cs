using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Npgsql;

namespace Cassiopea.Gateway.Tests.Idempotency;

/// <summary>F7: SIGKILL while commands come in; each is sent again under its key until it is answered.</summary>
[Trait("Requirement", "rel-F7")]
public sealed class KilledGatewayTests
{
    const int AtOnce = 12;

    [Theory]
    [Trait("Category", "Servers")]
    [InlineData(6, 1)]
    public Task Every_command_has_one_effect_and_one_answer(int kills, int seed) => RunAsync(kills, seed);

    [Theory]
    [Trait("Category", "Nightly")]
    [InlineData(200, 2)]
    public Task Every_command_has_one_effect_and_one_answer_200_times(int kills, int seed) => RunAsync(kills, seed);

    static async Task RunAsync(int kills, int seed)
    {
        var root = Directory.CreateTempSubdirectory("cassiopea-gateway-kill-").FullName;
        try
        {
            await RunAsync(kills, seed, root);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    static async Task RunAsync(int kills, int seed, string root)
    {
        var random = new Random(seed);
        await using var postgres = await PostgresServer.StartAsync(root);
        var database = await postgres.CreateDatabaseAsync();
        var (port, keyFile) = (FreePort.Next(), Path.Combine(root, "admin-key"));
        var answers = new Dictionary<string, string>();
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };

        var gateway = await StartAsync(database, port, keyFile, client);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(keyFile)).Trim());
        for (var kill = 0; kill < kills; kill++)
        {
            var keys = Enumerable.Range(0, AtOnce).Select(n => string.Create(CultureInfo.InvariantCulture, $"{kill}-{n}")).ToList();
            var first = keys.Select(key => TryAsync(client, key)).ToList();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(0, 150)), TimeProvider.System);
            await gateway.KillAsync();
            foreach (var (key, answer) in keys.Zip(await Task.WhenAll(first)))
                if (answer is not null)
                    answers[key] = answer;
            await gateway.DisposeAsync();

            gateway = await StartAsync(database, port, keyFile, client);
            foreach (var key in keys)
            {
                string? again = null;
                await Eventually.TrueAsync($"{key} is answered", async () => (again = await TryAsync(client, key)) is not null);
                if (!answers.TryAdd(key, again!))
                    Assert.Equal(answers[key], again);
            }
        }
        await gateway.DisposeAsync();

        Assert.Equal(kills * AtOnce, answers.Count);
        Assert.Equal(answers.Count, answers.Values.Distinct().Count());
        await using var source = NpgsqlDataSource.Create(database);
        Assert.Equal(answers.Count, await CountAsync(source, "select count(*) from operation"));
        Assert.Equal(answers.Count, await CountAsync(source, "select count(*) from audit_entry where action = 'register-member'"));
        Assert.Equal(answers.Count, await CountAsync(source, "select count(*) from idempotency"));
    }

    /// <summary>The whole answer when it was given; null when it was not, or another attempt is still running.</summary>
    static async Task<string?> TryAsync(HttpClient client, string key)
    {
        try
        {
            using var answer = await client.PostAsync(
                "/api/v1/members", new { reference = "K" + key, name = "Kill " + key, language = "fr", contactEmail = "kill@amis.example" }, key);
            if (answer.StatusCode == HttpStatusCode.Accepted)
                return await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.ServiceUnavailable, await answer.Content.ReadAsStringAsync());
            return null;
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException) // the last: no answer in 10 s
        {
            return null;
        }
    }

    static async Task<ChildProcess> StartAsync(string database, int port, string keyFile, HttpClient client)
    {
        var gateway = await ChildProcess.StartAsync(new ChildProgram(Dotnet(), Path.Combine(AppContext.BaseDirectory, "Cassiopea.Gateway.dll"))
        {
            Environment = new Dictionary<string, string?>
            {
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
                ["ConnectionStrings__gateway-db"] = database,
                ["ConnectionStrings__bus"] = "loopback",
                ["Gateway__AdminKeyFile"] = keyFile,
                ["Gateway__RequestsPerMinute"] = "1000000",
                ["services__vault__http__0"] = "http://127.0.0.1:1",
                ["Vault__ServiceToken"] = "unused",
            },
        });
        await Eventually.TrueAsync("the gateway is up", async () =>
        {
            Assert.False(gateway.HasExited, gateway.Tail);
            try
            {
                return (await client.GetAsync("/alive")).IsSuccessStatusCode;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                return false; // not there yet, or too busy to say so in 10 s
            }
        }, TimeSpan.FromMinutes(2));
        return gateway;
    }

    // not through a shell: it would drop variables with a hyphen in their name
    static string Dotnet() =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists);

    static async Task<long> CountAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}

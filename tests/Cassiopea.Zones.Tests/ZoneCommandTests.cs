using System.Globalization;
using System.Text.Json;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Zones.Tests;

/// <summary>The real program, in processes of its own.</summary>
[Trait("Category", "Servers")]
public sealed class ZoneCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zones-").FullName;
    private readonly Dictionary<string, string?> _environment = [];
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "domains-D6")]
    public async Task A_zone_is_planned_applied_verified_and_rolled_back_from_the_command_line()
    {
        await using var toy = await ToyInternet.StartAsync(Token);
        await toy.PowerDns.ChangeAsync(ToyInternet.Domain, null, ZonePlan.Make("powerdns", null, ZoneFileReader.Read(ZoneSeed.OldHost(ToyInternet.Name)).Zone).Changes, Token);
        var before = await toy.PowerDns.ReadAsync(ToyInternet.Domain, Token);
        await File.WriteAllTextAsync(At("wanted.zone"), ZoneSeed.NewHost(ToyInternet.Name), Token);
        _environment["CASSIOPEA_TO_PASSWORD"] = toy.New.ApiKey;
        var to = string.Create(CultureInfo.InvariantCulture, $"powerdns://127.0.0.1:{toy.New.ApiPort}/?tls=none");

        var (planned, shown) = await RunAsync("plan", "--from", "zonefile:" + At("wanted.zone"), "--to", to, "--plan", At("plan.json"), "--dying", "cassiopea.be", "--dying", "192.0.2.0/24");
        Assert.True(planned == 0, shown);
        Assert.Contains("~ asbl-exemple.be. MX", shown, StringComparison.Ordinal);
        Assert.Contains(ZonePlan.FromJson(await File.ReadAllTextAsync(At("plan.json"), Token)).Sha256, shown, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("apply", "--to", to, "--plan", At("plan.json"), "--journal", At("j"), "--dry-run")).Code);
        Assert.Equal(before!.Sha256, (await toy.PowerDns.ReadAsync(ToyInternet.Domain, Token))!.Sha256);
        Assert.Equal(0, (await RunAsync("apply", "--to", to, "--plan", At("plan.json"), "--journal", At("j"), "--report", At("r.json"))).Code);
        Assert.True(Report("copied") > 10);
        Assert.Equal(0, (await RunAsync("apply", "--to", to, "--plan", At("plan.json"), "--journal", At("j"), "--report", At("r.json"))).Code);
        Assert.Equal(0, Report("copied"));

        string[] world = ["--server", $"ns1.nouvelhote.be={toy.New.Endpoint}", "--server", $"ns2.nouvelhote.be={toy.New.Endpoint}", "--server", $"ns1.cassiopea.be={toy.Old.Endpoint}", "--server", $"ns2.cassiopea.be={toy.Old.Endpoint}", "--server", $"a.nsset.be={toy.Registry.Endpoint}", "--parent", "be=a.nsset.be"];
        var (notYet, text) = await RunAsync(["verify", "--from", "zonefile:" + At("wanted.zone"), .. world]);
        Assert.True(notYet == 6, text);
        Assert.Contains("delegation-differs", text, StringComparison.Ordinal);
        await toy.Registrar.ChangeNameServersAsync(ToyInternet.Domain, [.. ToyInternet.NewServers], Token);
        var (verified, all) = await RunAsync(["verify", "--from", "zonefile:" + At("wanted.zone"), .. world]);
        Assert.True(verified == 0, all);
        Assert.Contains("spread: Everywhere", all, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("rollback", "--to", to, "--journal", At("j"))).Code);
        Assert.Equal(before.WithSerial(0).Text, (await toy.PowerDns.ReadAsync(ToyInternet.Domain, Token))!.WithSerial(0).Text);
    }

    [Fact]
    public async Task Refusals_have_their_exit_codes_and_secrets_are_not_told()
    {
        await using var server = await PowerDnsServer.StartAsync(Token);
        await File.WriteAllTextAsync(At("wanted.zone"), ZoneSeed.OldHost(ToyInternet.Name), Token);
        var to = string.Create(CultureInfo.InvariantCulture, $"powerdns://127.0.0.1:{server.ApiPort}/?tls=none");
        Assert.Equal(1, (await RunAsync("plan", "--from", "zonefile:" + At("wanted.zone"), "--to", to)).Code);
        _environment["CASSIOPEA_TO_PASSWORD"] = "canary-key";
        var (code, text) = await RunAsync("plan", "--from", "zonefile:" + At("wanted.zone"), "--to", to);
        Assert.Equal(4, code);
        Assert.DoesNotContain("canary-key", text, StringComparison.Ordinal);
        _environment["CASSIOPEA_TO_PASSWORD"] = server.ApiKey;
        Assert.Equal(2, (await RunAsync("plan", "--from", "zonefile:" + At("wanted.zone"), "--to", to, "--dying", "cassiopea.be", "--plan", At("plan.json"))).Code);
        Assert.Equal(1, (await RunAsync("apply", "--to", to, "--plan", At("wanted.zone"), "--journal", At("j"))).Code);
        await server.DisposeAsync();
        Assert.Equal(5, (await RunAsync("apply", "--to", to, "--plan", At("plan.json"), "--journal", At("j"))).Code);
    }

    [Fact]
    [Trait("Requirement", "domains-D3")]
    public async Task A_zone_is_exported_from_the_old_host_with_a_key_as_file_and_as_a_list_for_people()
    {
        const string Key = "hmac-sha256:lab-key:c2VjcmV0LW9mLXRoZS1sYWItMTIzNDU2Nzg5MA==";
        await using var server = await KnotServer.StartAsync([new(ToyInternet.Name, ZoneSeed.OldHost(ToyInternet.Name)) { Signed = true }], Token, Key);
        await File.WriteAllTextAsync(At("key"), Key + "\n", Token);
        string[] from = ["--from", string.Create(CultureInfo.InvariantCulture, $"axfr://127.0.0.1:{server.Port}/"), "--from-password-file", At("key")];
        Assert.Equal(0, (await RunAsync(["export", .. from, "--file", At("old.zone")])).Code);
        Assert.Equal(ZoneFileReader.Read(ZoneSeed.OldHost(ToyInternet.Name)).Zone.Sha256, ZoneFileReader.Read(await File.ReadAllTextAsync(At("old.zone"), Token)).Zone.Sha256);
        var (_, sheet) = await RunAsync(["export", .. from, "--sheet", "fr"]);
        Assert.Contains("enregistrements à créer", sheet, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private long Report(string count) => JsonDocument.Parse(File.ReadAllText(At("r.json"))).RootElement.GetProperty("counts").GetProperty(count).GetInt64();

    private Task<(int Code, string Output)> RunAsync(string verb, params string[] arguments) => RunAsync([verb, .. arguments]);

    private Task<(int Code, string Output)> RunAsync(string[] arguments) => Tool.RunAsync(
        new ChildProgram("/usr/bin/env", ["dotnet", Path.Combine(AppContext.BaseDirectory, "cassiopea.dll"), "zone", arguments[0], ToyInternet.Name, .. arguments[1..]]) { Environment = _environment }, Token);
}

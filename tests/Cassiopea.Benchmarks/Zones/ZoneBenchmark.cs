using System.Globalization;
using System.Net;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Zones;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Client;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Benchmarks.Zones;

/// <summary>Moves a large zone from a Knot to a PowerDNS and times each step; planned and verified must stay under 5 s.</summary>
internal static class ZoneBenchmark
{
    private const int Records = 5000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly DnsName Domain = DnsName.Parse("asbl-exemple.be.");

    public static async Task<int> RunAsync(int rounds, CancellationToken token)
    {
        await using var old = await KnotServer.StartAsync([new(Domain.Host, ZoneSeed.Large(Domain.Host, Records))], token);
        await using var host = await PowerDnsServer.StartAsync(token);
        using var http = new HttpClient(new SocketsHttpHandler());
        var provider = new PowerDnsProvider(http, host.Api, host.ApiKey, TimeProvider.System);
        var client = new DnsClient();
        var server = DnsName.Parse("ns1.nouvelhote.be.");
        var served = new ServedZone(client, new(client, new() { EndpointOverrides = new Dictionary<DnsName, IPEndPoint> { [server] = host.Endpoint } }));
        var good = true;
        for (var round = 1; round <= rounds; round++)
        {
            var start = TimeProvider.System.GetTimestamp();
            double Lap()
            {
                var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
                start = TimeProvider.System.GetTimestamp();
                return seconds;
            }

            var zone = Zone.Of(Domain, await client.TransferAsync(old.Endpoint, Domain, null, token)).WithoutSigning();
            var transfer = Lap();
            var read = ZoneFileReader.Read(zone.Text).Zone;
            var file = Lap();
            var plan = ZonePlan.Make("powerdns", await provider.ReadAsync(Domain, token), read);
            var findings = ZoneLint.Check(read, new() { DyingNames = [DnsName.Parse("cassiopea.be.")] });
            var planned = Lap();
            await provider.ChangeAsync(Domain, null, plan.Changes, token);
            var written = Lap();
            var different = (await served.CheckAsync(read, [server], token)).Count(static finding => finding.Id is "not-served" or "silent" or "lame");
            var verified = Lap();
            good &= different == 0 && transfer + file + planned + verified < Limit.TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"zones {read.Records} records, {read.Sets.Count} sets, {plan.Changes.Count} changes, {findings.Count} findings, {different} differences: transfer {transfer:0.000} s, file {file:0.000} s, plan and lint {planned:0.000} s, write {written:0.000} s, verify {verified:0.000} s, planned and verified {transfer + file + planned + verified:0.000} s"));
            await provider.RemoveAsync(Domain, token);
        }

        return good ? 0 : 6;
    }
}

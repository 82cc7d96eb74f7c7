using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;
using Cassiopea.Zones.Client;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Tests.Client;

[Trait("Category", "Servers")]
public sealed class DnsClientTests
{
    private const string Key = "hmac-sha256:lab-key:c2VjcmV0LW9mLXRoZS1sYWItMTIzNDU2Nzg5MA==";
    private static readonly DnsName Zone = DnsName.Parse("asbl-exemple.be.");
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "domains-D3")]
    public async Task A_signed_zone_is_transferred_with_a_key_and_equals_its_file_once_the_signing_is_left_out()
    {
        await using var server = await KnotServer.StartAsync([new("asbl-exemple.be", ZoneSeed.OldHost("asbl-exemple.be")) { Signed = true }], Token, Key);
        var client = new DnsClient();
        var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => client.TransferAsync(server.Endpoint, Zone, null, Token));
        Assert.Equal(TransferCode.PermissionDenied, refused.Code);
        var records = await client.TransferAsync(server.Endpoint, Zone, TsigKey.Parse(Key), Token);
        Assert.Contains(records, static record => record.Type.ToString() == "RRSIG");
        var zone = Zones.Zone.Of(Zone, records).WithoutSigning();
        Assert.Equal(ZoneFileReader.Read(ZoneSeed.OldHost("asbl-exemple.be")).Zone.Sha256, zone.Sha256);
    }

    [Fact]
    public async Task A_wrong_key_is_told_as_such()
    {
        await using var server = await KnotServer.StartAsync([new("asbl-exemple.be", ZoneSeed.OldHost("asbl-exemple.be"))], Token, Key);
        var wrong = TsigKey.Parse("hmac-sha256:lab-key:d3Jvbmc=");
        var refused = await Assert.ThrowsAnyAsync<ZoneException>(() => new DnsClient().TransferAsync(server.Endpoint, Zone, wrong, Token));
        Assert.Equal((TransferFailureKind.Refused, TransferCode.AuthenticationFailed), (refused.Kind, refused.Code));
    }

    [Fact]
    public async Task A_large_answer_comes_by_stream_and_a_large_zone_in_many_messages()
    {
        await using var server = await KnotServer.StartAsync([new("asbl-exemple.be", ZoneSeed.Large("asbl-exemple.be", 5000) + Texts())], Token, Key);
        var client = new DnsClient();
        var answer = await client.QueryAsync(server.Endpoint, Zone.Prepend("big"), RecordType.Txt, Token);
        Assert.True(answer is { Authoritative: true, Truncated: false });
        Assert.Equal(40, answer.Answers.Count);
        var records = await client.TransferAsync(server.Endpoint, Zone, TsigKey.Parse(Key), Token);
        Assert.InRange(records.Count, 5030, 5060);
    }

    [Fact]
    public async Task An_update_happens_whole_or_not_at_all_and_needs_the_key()
    {
        await using var server = await KnotServer.StartAsync([new("asbl-exemple.be", ZoneSeed.OldHost("asbl-exemple.be"))], Token, Key);
        var client = new DnsClient();
        var www = Zone.Prepend("www");
        RecordSet before = new(www, RecordType.Cname, 86400, [RecordData.Parse(RecordType.Cname, "asbl-exemple.be.")]);
        RecordSet after = new(www, RecordType.Cname, 300, [RecordData.Parse(RecordType.Cname, "new.example.net.")]);
        var change = new DynamicUpdate(Zone).Require(before).Delete(www, RecordType.Cname).Add(after);
        await Assert.ThrowsAnyAsync<ZoneException>(async () =>
        {
            var rcode = await client.UpdateAsync(server.Endpoint, change, TsigKey.Parse("hmac-sha256:lab-key:d3Jvbmc="), Token);
            throw new InvalidOperationException($"{rcode}");
        });
        Assert.Equal(Rcode.NoError, await client.UpdateAsync(server.Endpoint, change, TsigKey.Parse(Key), Token));
        var answer = Assert.Single((await client.QueryAsync(server.Endpoint, www, RecordType.Cname, Token)).Answers);
        Assert.Equal("www.asbl-exemple.be. 300 IN CNAME new.example.net.", answer.ToString());
        Assert.Equal(Rcode.NxRrset, await client.UpdateAsync(server.Endpoint, change, TsigKey.Parse(Key), Token));
    }

    [Fact]
    public async Task A_server_without_the_zone_answers_refused_and_one_that_is_away_is_unreachable()
    {
        await using var server = await KnotServer.StartAsync([new("asbl-exemple.be", ZoneSeed.OldHost("asbl-exemple.be"))], Token);
        var client = new DnsClient(new() { Timeout = TimeSpan.FromMilliseconds(200), Tries = 2 });
        var lame = await client.QueryAsync(server.Endpoint, DnsName.Parse("plain.be."), RecordType.Soa, Token);
        Assert.True(lame is { Rcode: Rcode.Refused, Authoritative: false });
        await server.StopAsync();
        var away = await Assert.ThrowsAnyAsync<ZoneException>(() => client.QueryAsync(server.Endpoint, Zone, RecordType.Soa, Token));
        Assert.Equal(TransferFailureKind.Passing, away.Kind);
    }

    private static string Texts() => string.Concat(Enumerable.Range(0, 40).Select(static i => $"big TXT \"{i} {new string('x', 200)}\"\n"));
}

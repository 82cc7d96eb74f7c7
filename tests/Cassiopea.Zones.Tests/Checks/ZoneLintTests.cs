using System.Net;
using Cassiopea.Lab.Seed;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Zones.Tests.Checks;

[Trait("Requirement", "domains-D5")]
public sealed class ZoneLintTests
{
    private static readonly LintSettings Dying = new() { DyingNames = [DnsName.Parse("cassiopea.be.")], DyingNetworks = [IPNetwork.Parse("192.0.2.0/24")], Authorities = ["letsencrypt.org"] };

    [Fact]
    public void All_that_dies_with_the_old_host_is_found()
    {
        var findings = ZoneLint.Check(ZoneFileReader.Read(ZoneSeed.OldHost("asbl-exemple.be")).Zone, Dying);
        var blocking = findings.Where(static finding => finding.Severity == Severity.Blocking).Select(static finding => finding.Id).ToList();
        Assert.Equal(7, blocking.Count(static id => id == "dying-target"));
        Assert.Equal(2, blocking.Count(static id => id == "dying-address"));
        Assert.Equal(1, blocking.Count(static id => id == "dying-in-spf"));
    }

    [Fact]
    public void The_zone_of_the_new_host_has_no_blocking_finding()
    {
        var findings = ZoneLint.Check(ZoneFileReader.Read(ZoneSeed.NewHost("asbl-exemple.be")).Zone, Dying);
        Assert.DoesNotContain(findings, static finding => finding.Severity == Severity.Blocking);
        Assert.Contains(findings, static finding => finding.Id == "wildcard");
        Assert.Contains(findings, static finding => finding.Id == "delegation");
        Assert.Contains(findings, static finding => finding.Id == "dkim-selector");
    }

    [Theory]
    [InlineData("@ CNAME elsewhere.example.", "cname-at-apex")]
    [InlineData("w CNAME elsewhere.example.\nw TXT \"x\"", "cname-with-others")]
    [InlineData("@ TXT \"v=spf1 -all\"\n@ TXT \"v=spf1 mx -all\"", "spf-several")]
    [InlineData("@ TXT \"v=spf1 ipv4:192.0.2.1 -all\"", "spf-syntax")]
    [InlineData("@ TXT \"v=spf1 include:a.example include:b.example include:c.example include:d.example include:e.example include:f.example a:g.example a:h.example mx ptr exists:i.example -all\"", "spf-lookups")]
    [InlineData("@ CAA 0 issue \"other.example\"", "caa-refuses")]
    [InlineData("@ CAA 0 issue \";\"", "caa-refuses")]
    [InlineData("@ MX 10 mx.example.com", "final-dot")]
    [InlineData("w CNAME absent", "target-missing")]
    [InlineData("m CNAME elsewhere.example.\n@ MX 10 m", "target-is-alias")]
    [InlineData("@ NS ns1", "glue-needed")]
    [InlineData("@ NS ns1.example.", "name-servers-few")]
    [InlineData("@ MX 10 mx.example.", "spf-missing")]
    [InlineData("@ MX 10 mx.example.", "dmarc-missing")]
    [InlineData("@ MX 10 mx.example.\n_dmarc TXT \"v=DMARC1; rua=mailto:a@b.example\"", "dmarc-policy")]
    [InlineData("@ MX 10 mx.example.\ns._domainkey TXT \"v=DKIM1; p=cut*\"", "dkim-syntax")]
    [InlineData("w 90000 A 198.51.100.1", "ttl-high")]
    [InlineData("xn--t-9fab A 198.51.100.1", "idn")]
    public void Each_mistake_is_named(string records, string expected)
    {
        var zone = ZoneFileReader.Read($"$ORIGIN exemple.be.\n$TTL 300\n@ SOA ns1.example. host.example. 1 2 3 4 5\n{records}\n").Zone;
        Assert.Contains(ZoneLint.Check(zone, Dying), finding => finding.Id == expected);
    }

    [Fact]
    [Trait("Requirement", "domains-D9")]
    public void A_signer_names_its_key()
    {
        // RFC 4509 §2.3
        var zone = DnsName.Parse("dskey.example.com.");
        var key = RecordData.Parse(RecordType.Dnskey, "256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==");
        Assert.Equal(60485, DelegationSigner.KeyTag(key));
        var signer = RecordData.Parse(RecordType.Ds, "60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A");
        Assert.Equal(signer, DelegationSigner.Of(zone, key));
        Assert.Equal(SignerState.Matching, DelegationSigner.State(zone, [signer], [[key], [key]]));
        Assert.Equal(SignerState.Bogus, DelegationSigner.State(zone, [signer], [[key], []]));
        Assert.Equal(SignerState.Unsigned, DelegationSigner.State(zone, [], [[]]));
    }
}

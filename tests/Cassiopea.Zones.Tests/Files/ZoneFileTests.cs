using Cassiopea.Lab.Seed;
using Cassiopea.Zones.Files;

namespace Cassiopea.Zones.Tests.Files;

[Trait("Requirement", "domains-D3")]
public sealed class ZoneFileTests
{
    private const string AllTypes = """
        $ORIGIN example.org.
        $TTL 1h30m
        @ SOA ns1 host.master 1 2h 30m 2w 5m
        @ NS ns1
        ns1 60 IN A 192.0.2.1
            IN 60 AAAA 2001:db8::1
        mail MX 10 mx.example.net.
        @ TXT "a b" c "quo\"te" "semi;colon" "\200\\"
        @ CAA 128 issuewild "ca.example; policy=ev"
        _sip._tcp SRV 0 5 5060 sip
        @ NAPTR 100 10 "u" "E2U+sip" "!^.*$!sip:info@example.org!" .
        @ SSHFP 4 2 123456789abcdef67890123456789abcdef67890123456789abcdef123456789
        _25._tcp TLSA 3 1 1 0b9fa5a59eed715c26c1020c711b4f6ec42d58b0015e14337a39dad301c5afc3
        @ LOC 50 50 59.123 N 4 21 6.5 W -12.30m 10m 100m 5m
        @ RP someone\.else.example.org. @
        @ HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1,192.0.2.2 ech=AAEC key65000="x y"
        @ SVCB 2 svc.example.net. mandatory=alpn alpn=h2
        sub DS 60485 5 1 2BB183AF5F22588179A53B0A 98631FAD1A292118
        @ DNSKEY 256 3 5 ( AQPSKmynfzW4kyBv015MUG2DeIQ3
                Cbl+BBZH4b/0PY1kxkmvHjcZc8no )
        x TYPE65280 \# 3 0a0b0c
        y TYPE1 \# 4 c0000202
        @ OPENPGPKEY AAECAwQ=
        @ URI 10 1 "https://example.org/"
        *.wild CNAME target\.dot.example.net.
        """;

    [Fact]
    public void A_zone_of_every_type_is_written_and_read_again_exactly()
    {
        var zone = ZoneFileReader.Read(AllTypes).Zone;
        var text = zone.Text;
        Assert.Equal(text, ZoneFileReader.Read(text).Zone.Text);
        Assert.Equal(22, zone.Records);
        Assert.Contains("\t5400\tIN\tTXT\t\"a b\" \"c\" \"quo\\\"te\" \"semi;colon\" \"\\200\\\\\"\n", text, StringComparison.Ordinal);
        Assert.Contains("\tHTTPS\t1 . alpn=\"h2,h3\" port=8443 ipv4hint=192.0.2.1,192.0.2.2 ech=AAEC key65000=\"x y\"\n", text, StringComparison.Ordinal);
        Assert.Contains("\tLOC\t50 50 59.123 N 4 21 6.500 W -12.30m 10m 100m 5m\n", text, StringComparison.Ordinal);
        Assert.Contains("y\t5400\tIN\tA\t192.0.2.2\n", text, StringComparison.Ordinal);
        Assert.Contains("x\t5400\tIN\tTYPE65280\t\\# 3 0a0b0c\n", text, StringComparison.Ordinal);
        Assert.Contains("SOA\tns1.example.org. host.master.example.org. 1 7200 1800 1209600 300\n", text, StringComparison.Ordinal);
        Assert.Contains("*.wild\t5400\tIN\tCNAME\ttarget\\.dot.example.net.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lab_zone_survives_the_round_trip()
    {
        var zone = ZoneFileReader.Read(ZoneSeed.OldHost("asbl-exemple.be")).Zone;
        Assert.Equal(zone.Text, ZoneFileReader.Read(zone.Text).Zone.Text);
        Assert.Equal(2026112201u, zone.Soa!.Serial);
        Assert.Equal(["ns1.cassiopea.be.", "ns2.cassiopea.be."], zone.NameServers.Select(static host => host.Text));
        Assert.Equal(zone.Sha256, zone.WithSerial(7).Sha256);
    }

    [Fact]
    public void Dkim_cut_in_two_strings_means_the_same_as_in_one()
    {
        var (one, two) = (RecordData.Parse(RecordType.Txt, "\"v=DKIM1; p=abcdef\""), RecordData.Parse(RecordType.Txt, "\"v=DKIM1; p=abc\" \"def\""));
        Assert.NotEqual(one, two);
        Assert.True(one.Means(two));
    }

    [Theory]
    [InlineData("www A 192.0.2.1", "owner|TTL|relative|absolute|empty|name|label|SOA|no")]
    [InlineData("$ORIGIN a.\n@ SOA n h 1 2 3 4 5\nw A 300.1.1.1", "Line 3")]
    [InlineData("$ORIGIN a.\n@ SOA n h 1 2 3 4 5\nw TXT \"open", "not closed")]
    [InlineData("$ORIGIN a.\n@ SOA n h ( 1 2 3 4 5", "parenthesis")]
    [InlineData("$ORIGIN a.\n$INCLUDE other\n", "Line 2")]
    [InlineData("$ORIGIN a.\n@ 5 SOA n h 1 2 3 4 5\nw MX mail", "Line 3")]
    [InlineData("$ORIGIN a.\n@ 5 SOA n h 1 2 3 4 5\nw NOTYPE x", "no type of record")]
    [InlineData("$ORIGIN a.\n@ 5 SOA n h 1 2 3 4 5\nw TYPE9999 x", "must be written as")]
    public void What_is_wrong_in_a_file_is_told_with_its_line(string text, string expected)
    {
        var wrong = Assert.Throws<ZoneFileException>(() => ZoneFileReader.Read(text));
        Assert.Contains(expected.Split('|'), part => wrong.Message.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void Different_ttls_in_a_set_become_the_smallest_and_are_noted()
    {
        var file = ZoneFileReader.Read("$ORIGIN a.\n@ 5 SOA n h 1 2 3 4 5\nw 60 A 192.0.2.1\nw 30 A 192.0.2.2\noutside.b. 30 A 192.0.2.2\n");
        Assert.Equal(30u, file.Zone.Find(DnsName.Parse("w.a."), RecordType.A)!.Ttl);
        Assert.Equal(2, file.Notes.Count);
    }

    [Theory]
    [Trait("Requirement", "domains-D19")]
    [InlineData("maison-médicale-été.be", "xn--maison-mdicale-t-iqbhb.be.")]
    [InlineData("_dmarc.Été.be.", "_dmarc.xn--t-9fab.be.")]
    [InlineData("*.exemple.be", "*.exemple.be.")]
    public void A_name_has_both_its_forms(string unicode, string ascii)
    {
        var name = DnsName.FromUnicode(unicode);
        Assert.Equal(ascii, name.Text);
        Assert.Equal(unicode.TrimEnd('.').ToLowerInvariant(), name.Unicode);
    }

    [Fact]
    public void Names_are_ordered_as_in_a_signed_zone()
    {
        // RFC 4034 §6.1
        string[] ordered = ["example.", "a.example.", "yljkjljk.a.example.", "z.a.example.", "zabc.a.example.", "z.example.", "\\001.z.example.", "*.z.example.", "\\200.z.example."];
        Assert.Equal(ordered, ordered.Reverse().Select(static text => DnsName.Parse(text)).Order(DnsName.Order).Select(static name => name.Text));
    }

    [Fact]
    public void Twenty_thousand_mutated_files_are_read_or_refused_and_what_is_read_survives_the_round_trip()
    {
        var random = new Random(42);
        string[] corpus = [AllTypes, ZoneSeed.OldHost("asbl-exemple.be"), "$ORIGIN a.\n@ 5 SOA n h 1 2 3 4 5\nw 60 A 192.0.2.1\n"];
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = Mutate(random, corpus[i % 10 == 0 ? 0 : i % 10 == 1 ? 1 : 2]);
            try
            {
                var zone = ZoneFileReader.Read(text).Zone;
                Assert.Equal(zone.Text, ZoneFileReader.Read(zone.Text, zone.Origin).Zone.Text);
                read++;
            }
            catch (ZoneFileException)
            {
                // the one way to refuse a file
            }
        }

        Assert.InRange(read, 1000, 19_999);
    }

    private static string Mutate(Random random, string text)
    {
        const string Alphabet = "\"\\();@$ \t\n0.9aAé\0#*_-";
        var letters = text.ToCharArray().ToList();
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            var at = random.Next(letters.Count);
            switch (random.Next(4))
            {
                case 0:
                    letters[at] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                case 1:
                    letters.Insert(at, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 2:
                    letters.RemoveRange(at, Math.Min(random.Next(1, 20), letters.Count - at));
                    if (letters.Count == 0) letters.Add('\n');
                    break;
                default:
                    letters.InsertRange(at, letters.GetRange(0, Math.Min(random.Next(1, 40), letters.Count)));
                    break;
            }
        }

        return new([.. letters]);
    }
}

using System.Globalization;
using System.Text;

namespace Cassiopea.Lab.Seed;

/// <summary>The toy part of DNS: a registry for <c>be</c>, the old host's zones, and what the new host shall serve.</summary>
public static class ZoneSeed
{
    /// <summary>The zone of a registry: the domains given are delegated to the old host.</summary>
    public static string Registry(string oldAddress, string newAddress, params IReadOnlyList<string> domains)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            $ORIGIN be.
            $TTL 120
            @ IN SOA a.nsset.be. hostmaster.be. 2026112201 600 300 86400 60
            @ NS a.nsset.be.
            @ NS b.nsset.be.
            a.nsset A 127.0.0.1
            b.nsset A 127.0.0.1
            cassiopea NS ns1.cassiopea.be.
            cassiopea NS ns2.cassiopea.be.
            ns1.cassiopea A {oldAddress}
            ns2.cassiopea A {oldAddress}
            nouvelhote NS ns1.nouvelhote.be.
            nouvelhote NS ns2.nouvelhote.be.
            ns1.nouvelhote A {newAddress}
            ns2.nouvelhote A {newAddress}

            """));
        foreach (var domain in domains)
        {
            var label = domain[..^".be".Length];
            text.Append(CultureInfo.InvariantCulture, $"{label} NS ns1.cassiopea.be.\n{label} NS ns2.cassiopea.be.\n");
        }

        return text.ToString();
    }

    /// <summary>An awkward zone of the old host: mail, lists, DKIM in two strings, a wildcard, a delegation, CAA, quotations.</summary>
    public static string OldHost(string domain, int ttl = 86400) => string.Create(CultureInfo.InvariantCulture, $"""
        $ORIGIN {domain}.
        $TTL {ttl}
        @   IN SOA ns1.cassiopea.be. hostmaster.cassiopea.be. 2026112201 10800 3600 604800 3600
        @       NS ns1.cassiopea.be.
        @       NS ns2.cassiopea.be.
        @       A 192.0.2.10
        @       AAAA 2001:db8::10
        @       MX 10 mail.cassiopea.be.
        @       MX 20 backup.cassiopea.be.
        @       TXT "v=spf1 mx a:mail.cassiopea.be include:_spf.domainepublic.net -all"
        @       CAA 0 issue "letsencrypt.org"
        www     CNAME @
        *       A 192.0.2.10
        webmail CNAME webmail.cassiopea.be.
        listes  MX 10 sympa.cassiopea.be.
        listes  TXT "v=spf1 mx -all"
        _dmarc  TXT "v=DMARC1; p=quarantine; rua=mailto:postmaster@{domain}"
        cass1._domainkey TXT ( "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAv3bzh0lq2m9Qn8m2l3q0Yy3b9c5n1r5o7Kq8w1i5pA0w6QyC0h5H1rGd4mU0cNf8m0f7Q1XqgJmS3a6Yd9k0vWb2s1xg3Qd7b8Zt3KX5h4p1T6sR2v0N9aGk"
                                 "u7eE0nYl2c5mB4f3iJ8hW6xZqPoRtUvS1dLwXyAzQeIcOgKmNbTfHjVr5s9p8o7n6m5l4k3j2h1g0IDAQAB" )
        _autodiscover._tcp SRV 0 0 443 autoconfig.cassiopea.be.
        _imaps._tcp SRV 0 1 993 mail.cassiopea.be.
        autoconfig CNAME autoconfig.cassiopea.be.
        antenne NS ns.antenne.example.net.
        _acme-challenge TXT "tok;en with \"quotes\""

        """);

    /// <summary>The record sets of <see cref="OldHost"/>, but SOA and NS: owner and type.</summary>
    public static IReadOnlyList<(string Name, string Type)> Sets { get; } =
    [
        ("@", "A"), ("@", "AAAA"), ("@", "MX"), ("@", "TXT"), ("@", "CAA"), ("www", "CNAME"), ("anything", "A"), ("webmail", "CNAME"), ("listes", "MX"), ("listes", "TXT"), ("_dmarc", "TXT"),
        ("cass1._domainkey", "TXT"), ("_autodiscover._tcp", "SRV"), ("_imaps._tcp", "SRV"), ("autoconfig", "CNAME"), ("antenne", "NS"), ("_acme-challenge", "TXT"),
    ];

    /// <summary>The same zone as the new host shall serve it: its name servers, addresses, mail.</summary>
    public static string NewHost(string domain, int ttl = 300) => AtNewHost(OldHost(domain, ttl));

    /// <summary>Text of records with the new host's names and addresses for those of the old one.</summary>
    public static string AtNewHost(string records) => records
        .Replace("cassiopea.be.", "nouvelhote.be.", StringComparison.Ordinal)
        .Replace("cassiopea.be", "nouvelhote.be", StringComparison.Ordinal)
        .Replace("192.0.2.10", "198.51.100.20", StringComparison.Ordinal)
        .Replace("2001:db8::10", "2001:db8:20::10", StringComparison.Ordinal);

    /// <summary>A zone of many records: hosts with addresses, texts and mail.</summary>
    public static string Large(string domain, int records)
    {
        var text = new StringBuilder(OldHost(domain, 3600));
        for (var i = 0; i < records - 20; i++)
        {
            text.Append((i % 4) switch
            {
                0 => string.Create(CultureInfo.InvariantCulture, $"h{i} A 192.0.2.{i % 250}\n"),
                1 => string.Create(CultureInfo.InvariantCulture, $"h{i} AAAA 2001:db8::{i:x}\n"),
                2 => string.Create(CultureInfo.InvariantCulture, $"h{i} TXT \"number {i}\"\n"),
                _ => string.Create(CultureInfo.InvariantCulture, $"h{i} MX 10 mail{i % 7}.example.net.\n"),
            });
        }

        return text.ToString();
    }
}

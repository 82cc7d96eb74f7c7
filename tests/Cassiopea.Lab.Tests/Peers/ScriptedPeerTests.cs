using System.Security.Cryptography.X509Certificates;
using Cassiopea.Lab.Peers;

namespace Cassiopea.Lab.Tests.Peers;

public sealed class ScriptedPeerTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_plays_its_part_and_repeats_the_tag()
    {
        await using var peer = ScriptedPeer.Start("S: * OK hello\nC: $tag LOGIN * *\nS: $tag OK in\nC: $tag APPEND INBOX {$size}\nS: + go\nC# $size\nC: \nS: $tag NO \\x00\\\\\ncut");
        await using var client = await LineClient.ConnectAsync(peer.Port, Token);
        Assert.Equal("* OK hello", await client.ReadAsync(Token));
        Assert.Equal("a OK in\n", await client.ImapAsync("LOGIN x y", Token));
        await client.SendAsync("b7 APPEND INBOX {5}", Token);
        Assert.Equal("+ go", await client.ReadAsync(Token));
        await client.SendAsync("12345", Token);
        Assert.Equal("b7 NO \0\\", await client.ReadAsync(Token));
        Assert.Null(await client.ReadAsync(Token));
        Assert.Empty(peer.Deviations);
    }

    [Fact]
    public async Task It_tells_where_the_client_left_the_script()
    {
        await using var peer = ScriptedPeer.Start("S: * OK\nC: $tag LOGIN *\nS: $tag OK");
        await using var client = await LineClient.ConnectAsync(peer.Port, Token);
        await client.ReadAsync(Token);
        await client.SendAsync("a STARTTLS", Token);
        Assert.Null(await client.ReadAsync(Token));
        Assert.Contains("a STARTTLS", Assert.Single(peer.Deviations), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_connection_has_its_own_transcript_and_TLS_is_possible()
    {
        using var certificates = new LabCertificates();
        var certificate = certificates.Issue("localhost");
        using var server = X509Certificate2.CreateFromPem(certificate.CertificatePem, certificate.KeyPem);
        await using var peer = ScriptedPeer.Start(server, "S: * OK one\ncut", "tls\nS: * OK two\neof");
        await using var one = await LineClient.ConnectAsync(peer.Port, Token);
        Assert.Equal("* OK one", await one.ReadAsync(Token));
        await using var two = await LineClient.ConnectAsync(peer.Port, Token, tls: true);
        Assert.Equal("* OK two", await two.ReadAsync(Token));
        Assert.Equal(2, peer.Connections);
    }
}

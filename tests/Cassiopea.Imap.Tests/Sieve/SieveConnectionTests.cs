using System.Security.Cryptography.X509Certificates;
using Cassiopea.Imap.Sieve;
using Cassiopea.Imap.Wire;
using Cassiopea.Lab;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Sieve;

[Trait("Requirement", "mail-R28")]
[Trait("Requirement", "mail-R21")]
public sealed class SieveConnectionTests : IDisposable
{
    private const string Secret = "s3cret-canary";
    private const string Greeting = "S: \"IMPLEMENTATION\" \"lab\"\nS: \"SASL\" \"PLAIN\"\nS: \"SIEVE\" \"fileinto\"\nS: \"VERSION\" \"1.0\"\nS: OK \"hi\"\n";
    private readonly LabCertificates _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    [Trait("Category", "Servers")]
    public async Task R28_ManageSieve_over_STARTTLS_stores_lists_checks_activates_and_gives_back_a_script()
    {
        await using var server = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, ManageSieve = true, Certificates = _authority }, CancellationToken.None);
        var account = server.AddUniqueAccount();
        var login = ImapAccount.WithPassword(new("localhost", server.ManageSievePort!.Value, ImapTls.StartTls, account.User, Address: System.Net.IPAddress.Loopback), account.Password);
        var options = new ImapConnectionOptions { TrustedRoots = [X509Certificate2.CreateFromPem(_authority.AuthorityPem)] };
        await using var sieve = await SieveConnection.OpenAsync(login, TransferSide.Target, options, CancellationToken.None);
        Assert.Contains("fileinto", sieve.Extensions, StringComparison.Ordinal);
        var script = new SieveScript("Été \"1\"", true, "require [\"fileinto\"];\r\nif header :is \"Subject\" \"é\" { fileinto \"Été\"; }\r\n" + string.Concat(Enumerable.Repeat("# padding\r\n", 300)));
        Assert.Null(await sieve.CheckAsync(script.Content, CancellationToken.None));
        Assert.Null(await sieve.PutAsync(script, CancellationToken.None));
        Assert.Null(await sieve.ActivateAsync(script.Name, CancellationToken.None));
        Assert.Equal(script, Assert.Single(await sieve.ScriptsAsync(CancellationToken.None)));

        var refused = await sieve.CheckAsync("require [\"vnd.nobody.knows\"];\r\n", CancellationToken.None);
        Assert.Equal((TransferFailureKind.Refused, TransferSide.Target), (refused!.Kind, refused.Side));
        var wrong = await Assert.ThrowsAsync<ImapException>(() => SieveConnection.OpenAsync(ImapAccount.WithPassword(login.Endpoint, Secret), TransferSide.Target, options, CancellationToken.None));
        Assert.Equal(TransferCode.AuthenticationFailed, wrong.Code);
        Assert.DoesNotContain(Secret, wrong.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hides_STARTTLS_never_sees_the_password_and_what_is_injected_is_thrown_away()
    {
        await using var bare = ScriptedPeer.Start(Greeting + "eof");
        Assert.Equal(TransferCode.TlsNotOffered, (await RefusedAsync(bare.Port, ImapTls.StartTls)).Code);
        Assert.Empty(bare.Received);

        var issued = _authority.Issue("localhost");
        using var certificate = X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPem(issued.CertificatePem, issued.KeyPem).Export(X509ContentType.Pkcs12), null);
        await using var peer = ScriptedPeer.Start(certificate, "S: \"STARTTLS\"\nS: OK\nC: STARTTLS\nS: OK\\r\\n\"SASL\" \"PLAIN\"\\r\\nOK\ntls\nS: \"SASL\" \"\"\nS: OK\neof");
        var refused = await RefusedAsync(peer.Port, ImapTls.StartTls, "localhost");
        Assert.Equal(TransferCode.AuthenticationFailed, refused.Code);
        Assert.Empty(peer.Deviations);
    }

    [Theory]
    [InlineData("S: HTTP/1.1 400 Bad Request")]
    [InlineData("S: BYE \"go away\"")]
    [InlineData("S: \"SASL\" {999999999}")]
    [InlineData("S: \"SASL\" {x}")]
    [InlineData("S: \"SASL\" \"PLAIN\nS: OK")]
    [InlineData("S- \"SASL\" \"PL")]
    [InlineData("cut")]
    [InlineData(Greeting + "C: AUTHENTICATE *\nS: \"not base64 !\"\neof")]
    [InlineData(Greeting + "C: AUTHENTICATE *\nS: maybe\neof")]
    [InlineData(Greeting + "C: AUTHENTICATE *\nS: NO \"no\"\neof")]
    [InlineData(Greeting + "C: AUTHENTICATE *\nS: OK\nC: LISTSCRIPTS\nS: \"a\" ACTIVE\nS: NO (QUOTA/MAXSIZE) {2}\nS: no\neof")]
    public async Task A_peer_that_does_not_speak_ManageSieve_gives_a_failure_with_side_and_kind(string transcript)
    {
        await using var peer = ScriptedPeer.Start(transcript);
        var failed = await RefusedAsync(peer.Port, ImapTls.None);
        Assert.Equal(TransferSide.Source, failed.Side);
        Assert.DoesNotContain(Secret, failed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_end_is_given_up()
    {
        await using var peer = ScriptedPeer.Start(string.Concat(Enumerable.Repeat("S: \"A\" \"b\"\n", 60)));
        Assert.Equal(TransferFailureKind.Broken, (await RefusedAsync(peer.Port, ImapTls.None, limits: new() { Lines = 50 })).Kind);
        await using var wide = ScriptedPeer.Start($"S: {string.Concat(Enumerable.Repeat("a ", 5_000))}");
        Assert.Equal(TransferFailureKind.Broken, (await RefusedAsync(wide.Port, ImapTls.None)).Kind);
    }

    [Fact]
    public async Task Twenty_thousand_damaged_answers_end_in_tokens_or_in_the_parser_s_own_exception()
    {
        var dice = new Random(28);
        var seed = "\"SASL\" \"PLAIN LOGIN\"\r\n\"x\" {3+}\r\nabc ACTIVE\r\nNO (QUOTA/MAXSIZE) \"a \\\"b\\\" c\"\r\nOK (TAG {2}\r\nxy) \"z\"\r\n"u8.ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var octets = (byte[])seed.Clone();
            for (var change = dice.Next(1, 6); change > 0; change--) octets[dice.Next(octets.Length)] = (byte)(dice.Next(3) == 0 ? "\r\n\"{}()\\0"[dice.Next(9)] : dice.Next(256));
            using var stream = new MemoryStream(octets, 0, dice.Next(octets.Length + 1));
            var reader = new SieveReader(stream, SieveLimits.Standard with { Literal = 1 << 16 });
            try
            {
                while (true) Assert.InRange((await reader.ReadLineAsync(CancellationToken.None)).Count, 0, 500);
            }
            catch (Exception expected) when (expected is ImapSyntaxException or EndOfStreamException)
            {
                Assert.NotEmpty(expected.Message);
            }
        }
    }

    private async Task<ImapException> RefusedAsync(int port, ImapTls tls, string host = "127.0.0.1", SieveLimits? limits = null) =>
        await Assert.ThrowsAsync<ImapException>(async () =>
        {
            var account = ImapAccount.WithPassword(new(host, port, tls, "user", Address: System.Net.IPAddress.Loopback), Secret);
            await using var sieve = await SieveConnection.OpenAsync(
                account, TransferSide.Source, new() { Idle = TimeSpan.FromMilliseconds(400), TrustedRoots = [X509Certificate2.CreateFromPem(_authority.AuthorityPem)] }, CancellationToken.None, limits);
            await sieve.ScriptsAsync(CancellationToken.None);
        });
}

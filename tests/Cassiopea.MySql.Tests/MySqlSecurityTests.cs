using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.MySql.Tests.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Tests;

/// <summary>What a server may ask for and send, and what we refuse.</summary>
[Trait("Requirement", "sec-S13")]
public sealed class MySqlSecurityTests
{
    [Fact]
    public async Task A_file_that_no_statement_named_is_not_sent()
    {
        var sent = new TaskCompletionSource<int>();
        await using var server = FakeServer.Start(async s =>
        {
            await s.LetInAsync();
            await s.ReceiveAsync();
            await s.SendAsync([0xFB, .. "/etc/passwd"u8]);
            sent.SetResult(await s.DrainAsync());
        });
        await using var connection = await OpenAsync(server, load: true);
        var refused = await Assert.ThrowsAsync<MySqlException>(() => connection.QueryAsync("SELECT 1", default));
        Assert.Equal((TransferCode.ProtocolBroken, true), (refused.Code, connection.Closed));
        Assert.Equal(0, await sent.Task);
    }

    [Fact]
    public async Task A_password_as_before_4_1_is_refused_with_the_reason()
    {
        await using var server = FakeServer.Start(async s =>
        {
            await s.SendAsync(FakeServer.Greeting());
            await s.ReceiveAsync();
            await s.SendAsync([0xFE]);
            await s.DrainAsync();
        });
        var refused = await Assert.ThrowsAsync<MySqlException>(() => OpenAsync(server));
        Assert.Equal((TransferFailureKind.Refused, TransferCode.AuthenticationFailed), (refused.Kind, refused.Code));
        Assert.Contains("4.1", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_name_nor_password_is_said_where_TLS_is_required_and_missing()
    {
        var sent = new TaskCompletionSource<int>();
        await using var server = FakeServer.Start(async s =>
        {
            await s.SendAsync(FakeServer.Greeting());
            sent.SetResult(await s.DrainAsync());
        });
        var refused = await Assert.ThrowsAsync<MySqlException>(() => OpenAsync(server, tls: MySqlTls.Required));
        Assert.Equal(TransferCode.TlsNotOffered, refused.Code);
        Assert.Equal(0, await sent.Task);
    }

    [Fact]
    public async Task The_password_is_never_sent_in_clear_without_TLS()
    {
        await using var server = FakeServer.Start(async s =>
        {
            await s.SendAsync(FakeServer.Greeting());
            await s.ReceiveAsync();
            await s.SendAsync([0xFE, .. "mysql_clear_password\0"u8]);
            await s.DrainAsync();
        });
        var refused = await Assert.ThrowsAsync<MySqlException>(() => OpenAsync(server));
        Assert.Equal(TransferCode.AuthenticationFailed, refused.Code);
        Assert.DoesNotContain(server.Received, p => Encoding.Latin1.GetString(p).Contains("secret-word", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Caching_sha2_proves_the_password_and_encrypts_it_where_it_is_not_cached()
    {
        using var key = RSA.Create(2048);
        byte[] encrypted = [];
        await using var server = FakeServer.Start(async s =>
        {
            await s.SendAsync(FakeServer.Greeting("caching_sha2_password"));
            await s.ReceiveAsync();
            await s.SendAsync([0x01, 0x04]);
            Assert.Equal([0x02], await s.ReceiveAsync());
            await s.SendAsync([0x01, .. Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem())]);
            encrypted = await s.ReceiveAsync();
            await s.SendAsync(FakeServer.Ok);
        });
        await using (await OpenAsync(server))
        {
            var clear = key.Decrypt(encrypted, RSAEncryptionPadding.OaepSHA1);
            for (var i = 0; i < clear.Length; i++) clear[i] ^= FakeServer.Nonce[i % 20];
            Assert.Equal("secret-word\0", Encoding.UTF8.GetString(clear));
            var proof = server.Received[0].AsSpan(32 + 5 + 1, 32).ToArray();
            var first = SHA256.HashData("secret-word"u8);
            var mixed = SHA256.HashData([.. SHA256.HashData(SHA256.HashData(first)), .. FakeServer.Nonce]);
            Assert.Equal(first.Zip(mixed, (a, b) => (byte)(a ^ b)), proof);
        }
    }

    [Fact]
    public async Task Caching_sha2_sends_the_password_through_TLS_only_where_it_is_not_cached()
    {
        using var authority = new LabCertificates();
        var issued = authority.Issue("localhost");
        using var certificate = X509Certificate2.CreateFromPem(issued.CertificatePem, issued.KeyPem);
        await using var server = FakeServer.Start(async s =>
        {
            await s.SendAsync(FakeServer.Greeting("caching_sha2_password", 0x0008_8A00));
            await s.ReceiveAsync(); // the wish for TLS, without a name
            await s.SecureAsync(certificate);
            await s.ReceiveAsync();
            await s.SendAsync([0x01, 0x04]);
            await s.ReceiveAsync();
            await s.SendAsync(FakeServer.Ok);
            await s.DrainAsync();
        });
        var endpoint = server.Account(MySqlTls.Required).Endpoint with { CertificatePin = issued.Pin };
        await using (await MySqlConnection.OpenAsync(MySqlAccount.WithPassword(endpoint, "secret-word"), TransferSide.Source, new(), default))
        {
            Assert.Equal(32, server.Received[0].Length);
            Assert.DoesNotContain("secret-word", Encoding.Latin1.GetString(server.Received[1]), StringComparison.Ordinal);
            Assert.Equal("secret-word\0", Encoding.UTF8.GetString(server.Received[2]));
        }
    }

    [Fact]
    public async Task Caching_sha2_knows_a_cached_password_without_another_word_and_refuses_a_key_that_nobody_asked_for()
    {
        await using (var cached = FakeServer.Start(async s =>
        {
            await s.SendAsync(FakeServer.Greeting("caching_sha2_password"));
            await s.ReceiveAsync();
            await s.SendAsync([0x01, 0x03]);
            await s.SendAsync(FakeServer.Ok);
            await s.DrainAsync();
        }))
        await using (await OpenAsync(cached))
            Assert.Single(cached.Received);

        await using var broken = FakeServer.Start(async s =>
        {
            await s.SendAsync(FakeServer.Greeting("caching_sha2_password"));
            await s.ReceiveAsync();
            await s.SendAsync([0x01, 0x04]);
            await s.ReceiveAsync();
            await s.SendAsync([0x01, .. "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"u8]);
            await s.DrainAsync();
        });
        var refused = await Assert.ThrowsAsync<MySqlException>(() => OpenAsync(broken));
        Assert.Equal(TransferCode.ProtocolBroken, refused.Code);
        Assert.DoesNotContain("secret-word", refused.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "too many columns", [0xFD, 0xFF, 0xFF, 0x0F] },
        { "no column", [0xFC] },
        { "a count without end", [0xFE, 1, 2] },
        { "an endless count", [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task An_answer_that_is_none_ends_the_connection(string what, byte[] answer)
    {
        await using var server = FakeServer.Start(async s =>
        {
            await s.LetInAsync();
            await s.ReceiveAsync();
            await s.SendAsync(answer);
            await s.DrainAsync();
        });
        await using var connection = await OpenAsync(server);
        var broken = await Assert.ThrowsAsync<MySqlException>(() => connection.QueryAsync("SELECT 1", default));
        Assert.True(broken.Code == TransferCode.ProtocolBroken, $"{what}: {broken}");
        Assert.True(connection.Closed);
    }

    [Fact]
    public async Task A_packet_out_of_order_or_larger_than_allowed_ends_the_connection()
    {
        await using var disordered = FakeServer.Start(async s =>
        {
            await s.LetInAsync();
            await s.ReceiveAsync();
            await s.SendAsync(FakeServer.Ok, sequence: 9);
            await s.DrainAsync();
        });
        await using var first = await OpenAsync(disordered);
        Assert.Equal(TransferCode.ProtocolBroken, (await Assert.ThrowsAsync<MySqlException>(() => first.ExecuteAsync("SET x=1", default))).Code);

        await using var large = FakeServer.Start(async s => await s.SendRawAsync([0xFF, 0xFF, 0xFF, 0, 10]));
        Assert.Equal(TransferCode.ProtocolBroken, (await Assert.ThrowsAsync<MySqlException>(() => OpenAsync(large))).Code);
    }

    [Fact]
    public async Task An_error_repeats_no_value()
    {
        await using var server = FakeServer.Start(async s =>
        {
            await s.LetInAsync();
            await s.ReceiveAsync();
            await s.SendAsync([0xFF, 0x26, 0x04, .. "#23000Duplicate entry 'alice@example.org' for key 'PRIMARY'"u8]);
            await s.ReceiveAsync();
            await s.SendAsync(FakeServer.Ok);
            await s.DrainAsync();
        });
        await using var connection = await OpenAsync(server);
        var refused = await Assert.ThrowsAsync<MySqlException>(() => connection.ExecuteAsync("INSERT INTO t VALUES ('alice@example.org')", default));
        Assert.Equal((1062, true), (refused.Number, refused.ConnectionUsable));
        Assert.DoesNotContain("alice", refused.Message, StringComparison.Ordinal);
        await connection.ExecuteAsync("SET x=1", default);
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task A_real_server_is_known_by_its_certificate_or_its_pin()
    {
        using var authority = new LabCertificates();
        var certificate = authority.Issue("localhost");
        await using var server = await MariaDbServer.StartAsync(new() { Certificate = certificate }, default);
        var login = await server.CreateDatabaseAsync();
        var endpoint = new MySqlEndpoint("localhost", server.Port, MySqlTls.Required, login.User, login.Database, Address: System.Net.IPAddress.Loopback);
        X509Certificate2Collection roots = [X509Certificate2.CreateFromPem(authority.AuthorityPem)];

        await using (var trusted = await MySqlConnection.OpenAsync(MySqlAccount.WithPassword(endpoint, login.Password), TransferSide.Source, new() { TrustedRoots = roots }, default))
            Assert.StartsWith("TLS", (await trusted.QueryAsync("SHOW STATUS LIKE 'Ssl_version'", default)).Rows.Select(r => MySqlResult.Text(r[1])).Single(), StringComparison.Ordinal);
        await using (await MySqlConnection.OpenAsync(MySqlAccount.WithPassword(endpoint with { CertificatePin = certificate.Pin }, login.Password), TransferSide.Source, new(), default))
        {
        }

        foreach (var wrong in new[] { endpoint, endpoint with { CertificatePin = Convert.ToBase64String(new byte[32]) } })
        {
            var refused = await Assert.ThrowsAsync<MySqlException>(() => MySqlConnection.OpenAsync(MySqlAccount.WithPassword(wrong, login.Password), TransferSide.Source, new(), default));
            Assert.Equal(TransferCode.CertificateRefused, refused.Code);
        }
    }

    private static Task<MySqlConnection> OpenAsync(FakeServer server, bool load = false, MySqlTls tls = MySqlTls.None) =>
        MySqlConnection.OpenAsync(server.Account(tls), TransferSide.Source, new() { AllowLoad = load, Connect = TimeSpan.FromSeconds(20) }, default);
}

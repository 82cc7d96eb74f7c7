using Cassiopea.Ftp.Site;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Tests.Site;

/// <summary>Servers that refuse a data connection whose TLS session is not that of its control connection, and the refusals of TLS.</summary>
[Trait("Category", "Servers")]
public sealed class StrictTlsTests
{
    [Theory]
    [Trait("Requirement", "web-W2")]
    [InlineData(Kind.Vsftpd, Kind.Vsftpd)]
    [InlineData(Kind.Proftpd, Kind.Proftpd)]
    public async Task W2_eight_workers_copy_a_thousand_files_where_sessions_must_be_resumed_and_ports_are_few(Kind from, Kind to)
    {
        await using var two = await TwoSites.StartAsync(from, to, tls: true, new SiteServerOptions { StrictReuse = true, PassivePorts = 100 });
        FileTree.Fill(two.From.Home, 2, 60, 1_000);
        two.From.Own();
        var result = await two.CopyAsync(new SiteCopyOptions { Connections = 8 });
        Assert.Equal((TransferOutcome.Complete, 1_000), (result.Outcome, result.Counts.Copied));
        await two.AssertEqualAsync(modes: true, times: true);
    }

    [Fact]
    [Trait("Requirement", "web-W8")]
    public async Task W2_W8_passive_ports_that_run_out_slow_the_copy_down_and_it_ends_complete()
    {
        await using var two = await TwoSites.StartAsync(Kind.Proftpd, Kind.Proftpd, tls: false, new SiteServerOptions { PassivePorts = 4 });
        FileTree.Fill(two.From.Home, 3, 20, 200);
        two.From.Own();
        var result = await two.CopyAsync(new SiteCopyOptions { Connections = 8, Backoff = TimeSpan.FromMilliseconds(50) });
        Assert.Equal((TransferOutcome.Complete, 200), (result.Outcome, result.Counts.Copied));
        await two.AssertEqualAsync();
    }

    [Fact]
    [Trait("Requirement", "web-W1")]
    public async Task W1_a_server_without_TLS_is_refused_unless_the_operator_wrote_none()
    {
        await using var end = await End.StartAsync(Kind.Vsftpd);
        var account = end.Account with { Endpoint = end.Account.Endpoint with { Tls = SiteTls.Explicit } };
        var refused = await Assert.ThrowsAsync<SiteException>(() => SiteSession.OpenAsync(account, TransferSide.Source, new(), CancellationToken.None));
        Assert.Equal((TransferCode.TlsNotOffered, TransferFailureKind.Refused), (refused.Code, refused.Kind));
    }

    [Fact]
    [Trait("Requirement", "web-W1")]
    public async Task W1_a_certificate_that_is_not_trusted_or_not_the_pinned_one_is_refused()
    {
        await using var end = await End.StartAsync(Kind.Proftpd, tls: true);
        foreach (var pin in (string?[])[null, Convert.ToBase64String(new byte[32])])
        {
            var account = end.Account with { Endpoint = end.Account.Endpoint with { Pin = pin } };
            var refused = await Assert.ThrowsAsync<SiteException>(() => SiteSession.OpenAsync(account, TransferSide.Source, new(), CancellationToken.None));
            Assert.Equal(TransferCode.CertificateRefused, refused.Code);
        }
    }

    [Fact]
    [Trait("Requirement", "web-W1")]
    public async Task W1_a_host_key_that_is_not_the_pinned_one_is_refused_and_a_file_of_known_hosts_is_enough()
    {
        await using var end = await End.StartAsync(Kind.Sftp);
        var wrong = end.Account with { Endpoint = end.Account.Endpoint with { Pin = "SHA256:AAAA" } };
        var refused = await Assert.ThrowsAsync<SiteException>(() => SiteSession.OpenAsync(wrong, TransferSide.Source, new(), CancellationToken.None));
        Assert.Equal(TransferCode.CertificateRefused, refused.Code);
        var known = end.Account with { Endpoint = end.Account.Endpoint with { Pin = null, KnownHosts = ((SshdServer)end.Server).KnownHosts } };
        await using var session = await SiteSession.OpenAsync(known, TransferSide.Source, new(), CancellationToken.None);
        Assert.Empty(await session.ListAsync(SitePath.Root, CancellationToken.None));
        var stranger = known with { Endpoint = known.Endpoint with { KnownHosts = "/dev/null" } };
        Assert.Equal(TransferCode.CertificateRefused, (await Assert.ThrowsAsync<SiteException>(() => SiteSession.OpenAsync(stranger, TransferSide.Source, new(), CancellationToken.None))).Code);
    }

    [Fact]
    [Trait("Requirement", "web-W1")]
    public async Task W1_a_wrong_password_stops_the_copy_with_the_code_of_authentication()
    {
        await using var two = await TwoSites.StartAsync(Kind.Vsftpd, Kind.Local);
        var wrong = SiteAccount.WithPassword(two.From.Account.Endpoint, "not this one");
        var result = await new SiteCopy(TimeProvider.System).RunAsync(wrong, two.To.Account, two.Journal, new() { Connections = 1 }, CancellationToken.None);
        Assert.Equal((TransferOutcome.Stopped, TransferCode.AuthenticationFailed), (result.Outcome, result.Failure?.Code));
    }
}

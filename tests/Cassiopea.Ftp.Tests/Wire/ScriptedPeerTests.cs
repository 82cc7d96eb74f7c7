using System.Net;
using Cassiopea.Ftp.Site;
using Cassiopea.Lab;
using Cassiopea.Lab.Peers;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Tests.Wire;

/// <summary>Servers that misbehave, played from transcripts.</summary>
[Trait("Requirement", "web-W8")]
public sealed class ScriptedPeerTests
{
    private const string Login = """
        S: 220 hello
        C: USER u
        S: 331 go on
        C: PASS *
        S: 230 in
        C: FEAT
        C: TYPE I
        C: PWD
        S: 211-Features
        S:  MLSD
        S: 211 End
        S: 200 I
        S: 257 "/"

        """;

    [Fact]
    public async Task A_421_in_the_greeting_is_a_server_that_wants_fewer_of_us()
    {
        await using var peer = ScriptedPeer.Start("S: 421 Too many connections\ncut");
        var refused = await OpenAsync(peer);
        Assert.Equal((TransferCode.Throttled, TransferFailureKind.Passing, 421), (refused.Code, refused.Kind, refused.Reply));
    }

    [Fact]
    public async Task Octets_behind_the_reply_to_AUTH_end_the_session()
    {
        await using var peer = ScriptedPeer.Start("S: 220 hello\nC: AUTH TLS\nS- 234 go\\r\\n230 already in\\r\\n\neof");
        var refused = await OpenAsync(peer, SiteTls.Explicit);
        Assert.Contains(refused.Code, (string[])[TransferCode.ProtocolBroken, TransferCode.TlsNotOffered, TransferCode.ConnectionLost]);
        Assert.DoesNotContain(peer.Received, line => line.StartsWith("USER", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("S: hello this is no FTP", TransferCode.ProtocolBroken)]
    [InlineData("delay 5000", TransferCode.TimedOut)]
    [InlineData("cut", TransferCode.ConnectionLost)]
    [InlineData("S: 220 hello\nC: USER u\nS: 530 Login incorrect", TransferCode.AuthenticationFailed)]
    [InlineData("S: 220 hello\nC: USER u\nS: 530 Too many users logged in", TransferCode.Throttled)]
    public async Task A_peer_that_is_no_server_is_known_by_its_code(string transcript, string code)
    {
        await using var peer = ScriptedPeer.Start(transcript);
        Assert.Equal(code, (await OpenAsync(peer)).Code);
    }

    [Fact]
    public async Task A_425_leaves_the_session_usable()
    {
        await using var peer = ScriptedPeer.Start(Login + """
            C: CWD /
            C: EPSV
            S: 250 there
            S: 425 no port
            C: SIZE /x
            S: 213 7
            C: QUIT
            """);
        await using var session = await SiteSession.OpenAsync(Account(peer, SiteTls.None), TransferSide.Source, Options, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<SiteException>(() => session.ListAsync(SitePath.Root, CancellationToken.None));
        Assert.Equal((TransferCode.Throttled, true), (refused.Code, refused.SessionUsable));
        Assert.Equal(7, await session.SizeAsync(SitePath.Of("x"), CancellationToken.None));
    }

    [Fact]
    [Trait("Requirement", "web-W3")]
    public async Task W3_a_name_with_a_line_break_is_refused_before_it_is_sent()
    {
        await using var peer = ScriptedPeer.Start(Login + "C: SIZE /x\nS: 213 7\nC: QUIT");
        await using var session = await SiteSession.OpenAsync(Account(peer, SiteTls.None), TransferSide.Source, Options, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<SiteException>(() => session.SizeAsync(SitePath.Of("x\r\nDELE y"), CancellationToken.None));
        Assert.Equal((TransferCode.NotExpressible, true), (refused.Code, refused.SessionUsable));
        Assert.Equal(7, await session.SizeAsync(SitePath.Of("x"), CancellationToken.None));
        Assert.DoesNotContain(peer.Received, line => line.StartsWith("DELE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_does_not_answer_ends_the_copy_as_interrupted_when_patience_is_over()
    {
        await using var peer = ScriptedPeer.Start("S: 421 Service not available\ncut");
        var options = new SiteCopyOptions { Connections = 3, Patience = TimeSpan.FromMilliseconds(300), Backoff = TimeSpan.FromMilliseconds(20) };
        var result = await new SiteCopy(TimeProvider.System).RunAsync(Account(peer, SiteTls.None), SiteAccount.Directory(LabRoot.NewFolder("to")), LabRoot.NewFolder("journal"), options, CancellationToken.None);
        Assert.Equal((TransferOutcome.Interrupted, TransferCode.Throttled), (result.Outcome, result.Failure?.Code));
        Assert.True(result.Counts.AddUp);
    }

    private static SiteSessionOptions Options { get; } = new() { Connect = TimeSpan.FromSeconds(1), Idle = TimeSpan.FromSeconds(1) };

    private static SiteAccount Account(ScriptedPeer peer, SiteTls tls) => SiteAccount.WithPassword(new(SiteProtocol.Ftp, "localhost", peer.Port, "u", "", tls, null, IPAddress.Loopback), "p");

    private static async Task<SiteException> OpenAsync(ScriptedPeer peer, SiteTls tls = SiteTls.None) =>
        await Assert.ThrowsAsync<SiteException>(() => SiteSession.OpenAsync(Account(peer, tls), TransferSide.Source, Options, CancellationToken.None));
}

using System.Text;
using Cassiopea.Ftp.Driver;
using Cassiopea.Ftp.Site;
using Cassiopea.Ftp.Tests.Site;
using Cassiopea.Lab;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Tests.Driver;

/// <summary>What every driver of FTP keeps, on real servers.</summary>
[Trait("Category", "Servers")]
public abstract class FtpDriverContract
{
    /// <summary>The driver that is judged.</summary>
    protected abstract IFtpDriver Driver { get; }

    private SiteSessionOptions Session => new() { Driver = Driver };

    private SiteCopyOptions Copy => new() { Session = Session, Backoff = TimeSpan.FromMilliseconds(50) };

    [Theory]
    [Trait("Requirement", "web-W1")]
    [InlineData(Kind.Vsftpd, Kind.Proftpd, false)]
    [InlineData(Kind.Proftpd, Kind.PureFtpd, true)]
    [InlineData(Kind.VsftpdImplicit, Kind.Vsftpd, true)]
    public async Task W1_W5_W6_a_site_arrives_whole_with_times_and_modes_and_a_second_pass_copies_nothing(Kind from, Kind to, bool tls)
    {
        await using var two = await TwoSites.StartAsync(from, to, tls);
        FileTree.Fill(two.From.Home, 1, 10, 60, 1, 9_000_000);
        await two.From.ShellAsync("mkdir -p hidden/.well-known empty && echo x > hidden/.htaccess && echo y > hidden/.well-known/z && : > zero && echo '#!/bin/sh' > run.cgi && chmod 755 run.cgi && chmod 640 hidden/.htaccess");
        two.From.Own();
        var result = await two.CopyAsync(Copy);
        Assert.Empty(result.Exceptions);
        Assert.Equal((TransferOutcome.Complete, 65), (result.Outcome, result.Counts.Copied));
        Assert.True(result.Counts.AddUp);
        await two.AssertEqualAsync(modes: true, times: true);
        var second = await two.CopyAsync(Copy);
        Assert.Equal((0, 65, TransferOutcome.Complete), (second.Counts.Copied, second.Counts.AlreadyThere, second.Outcome));
    }

    [Theory]
    [Trait("Requirement", "web-W2")]
    [InlineData(Kind.Vsftpd)]
    [InlineData(Kind.Proftpd)]
    public async Task W2_eight_workers_copy_where_the_session_of_each_data_connection_must_be_that_of_its_control_connection(Kind kind)
    {
        await using var two = await TwoSites.StartAsync(kind, kind, tls: true, new SiteServerOptions { StrictReuse = true, PassivePorts = 100 });
        FileTree.Fill(two.From.Home, 2, 20, 200);
        two.From.Own();
        var result = await two.CopyAsync(Copy with { Connections = 8 });
        Assert.Equal((TransferOutcome.Complete, 200), (result.Outcome, result.Counts.Copied));
        await two.AssertEqualAsync(modes: true, times: true);
    }

    [Fact]
    [Trait("Requirement", "web-W3")]
    public async Task W3_names_are_the_same_bytes_and_a_line_break_in_one_is_refused_before_anything_is_sent()
    {
        await using var two = await TwoSites.StartAsync(Kind.Proftpd, Kind.Vsftpd);
        await two.From.ShellAsync("""
            t() { printf '%s' "$1" > "$(printf -- "$1")"; }
            t 'latin\351'; t 'utf8\303\251'; t 'nfde\314\201'; t ' leading'; t 'trailing '; t "quote'"; t 'dq"'; t '#hash'; t 'per%%cent%%2e'; t '[x]'; t 'st*r'; t 'back\\slash'
            t '-dash'; t 'q?'; t '\377iac'; t 'semi;colon'; t 'a -> b'; t '~tilde'; t '.hidden'; t '{a,b}'; t 'tab\there'; t 'fullwidth\357\274\217x'
            mkdir "$(printf 'dir\351 [*] ')" && echo d > "$(printf 'dir\351 [*] ')/-x"
            """);
        two.From.Own();
        var result = await two.CopyAsync(Copy);
        Assert.Empty(result.Exceptions);
        await two.AssertEqualAsync();

        await using var session = await SiteSession.OpenAsync(two.To.Account, TransferSide.Target, Session, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<SiteException>(() => session.DeleteFileAsync(SitePath.Of("x\r\nDELE latin"), CancellationToken.None));
        Assert.Equal((TransferCode.NotExpressible, true), (refused.Code, refused.SessionUsable));
        Assert.NotNull(await session.SizeAsync(SitePath.Of("-dash"), CancellationToken.None));
    }

    [Fact]
    [Trait("Requirement", "web-W4")]
    public async Task W4_a_file_changed_behind_the_copy_is_found_by_reading_it_again()
    {
        await using var two = await TwoSites.StartAsync(Kind.Vsftpd, Kind.Proftpd);
        FileTree.Fill(two.From.Home, 6, 4, 30);
        two.From.Own();
        await two.CopyAsync(Copy);
        await two.To.ShellAsync("f=$(find . -name file-3.bin); printf X | dd of=$f conv=notrunc bs=1 seek=100 status=none; rm $(find . -name file-4.bin)");
        var result = await two.VerifyAsync(Copy);
        Assert.Equal((TransferOutcome.Different, 28, 2), (result.Outcome, result.Counts.AlreadyThere, result.Counts.Refused));
        Assert.Equal([TransferCode.ItemAltered, TransferCode.ItemMissing], result.Exceptions.Select(exception => exception.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "web-W6")]
    public async Task W6_a_delta_copies_what_changed_and_deletes_only_when_asked()
    {
        await using var two = await TwoSites.StartAsync(Kind.Vsftpd, Kind.Vsftpd);
        FileTree.Fill(two.From.Home, 4, 6, 40);
        two.From.Own();
        await two.CopyAsync(Copy);
        await two.From.ShellAsync("f=$(find . -name 'file-7.bin'); echo changed > $f; rm $(find . -name file-8.bin); mkdir new; echo n > new/n; rm -r d0/e3");
        two.From.Own();
        var delta = await two.CopyAsync(Copy);
        Assert.Equal((TransferOutcome.Complete, 2), (delta.Outcome, delta.Counts.Copied));
        Assert.Empty(delta.Deleted);
        var last = await two.CopyAsync(Copy with { DeleteExtra = true });
        Assert.Contains("d0/e3/", last.Deleted);
        await two.AssertEqualAsync(times: true);
    }

    [Theory]
    [Trait("Requirement", "web-W7")]
    [InlineData(Kind.Vsftpd, false)]
    [InlineData(Kind.Proftpd, true)]
    public async Task W7_a_big_file_that_was_cut_goes_on_where_it_was(Kind kind, bool tls)
    {
        await using var two = await TwoSites.StartAsync(kind, kind, tls);
        FileTree.Fill(two.From.Home, 20, 1, 0, 1, 30_000_000);
        two.From.Own();
        using var cut = new CancellationTokenSource();
        var first = await two.CopyAsync(
            Copy with { BytesPerSecond = 20_000_000, ProgressEvery = TimeSpan.FromMilliseconds(10), Progress = now => { if (now.BytesCopied > 14_000_000) cut.Cancel(); } }, cut.Token);
        Assert.Equal(TransferOutcome.Interrupted, first.Outcome);
        Assert.Empty(new DirectoryInfo(two.To.Home).EnumerateFiles("*.bin", SearchOption.AllDirectories));
        var last = await two.CopyAsync(Copy);
        Assert.Equal(TransferOutcome.Complete, last.Outcome);
        // what the server had not written when it was cut off is sent again, in steps of 4 MB
        Assert.InRange(last.Bytes, 1, 26_000_000);
        await two.AssertEqualAsync(times: true);
    }

    [Fact]
    [Trait("Requirement", "web-W8")]
    public async Task W8_connections_cut_at_random_octets_do_no_harm()
    {
        var random = new Random(7);
        await using var two = await TwoSites.StartAsync(Kind.Vsftpd, Kind.Proftpd);
        FileTree.Fill(two.From.Home, 31, 10, 100, 1, 9_000_000);
        two.From.Own();
        await using var before = FtpProxy.Start(two.From.Server.Port);
        two.From.Port = before.Port;
        using var over = new CancellationTokenSource();
        async Task CutAsync()
        {
            for (var cut = 0; cut < 12 && !over.IsCancellationRequested; cut++)
            {
                var relays = before.Data.ToArray();
                if (cut % 4 == 0 || relays.Length == 0) before.Control.CutNow(reset: cut % 2 == 0);
                else relays[random.Next(relays.Length)].CutAfter(random.Next(1, 20_000), Toward.Client, reset: random.Next(2) == 0);
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(10, 60)), TimeProvider.System, CancellationToken.None);
            }
        }

        var cutting = CutAsync();
        var options = Copy with { Backoff = TimeSpan.FromMilliseconds(20), Session = Session with { Idle = TimeSpan.FromSeconds(5) } };
        var result = await two.CopyAsync(options);
        await over.CancelAsync();
        await cutting;
        if (result.Outcome != TransferOutcome.Complete) result = await two.CopyAsync(options);
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        await two.AssertEqualAsync(times: true);
    }

    [Fact]
    [Trait("Requirement", "web-W8")]
    public async Task W8_a_host_that_lets_two_in_and_has_few_ports_slows_the_copy_down_and_it_ends_complete()
    {
        await using var from = await End.StartAsync(Kind.Proftpd, options: new SiteServerOptions { MaxPerAddress = 2, PassivePorts = 4 });
        await using var two = new TwoSites(from, await End.StartAsync(Kind.Local));
        FileTree.Fill(from.Home, 40, 10, 100);
        from.Own();
        var result = await two.CopyAsync(Copy with { Connections = 8, Backoff = TimeSpan.FromMilliseconds(20) });
        Assert.Equal((TransferOutcome.Complete, 100), (result.Outcome, result.Counts.Copied));
        Assert.InRange(result.Connections, 1, 2);
        await two.AssertEqualAsync();
    }

    [Theory]
    [Trait("Requirement", "web-W9")]
    [InlineData(Kind.Vsftpd)]
    [InlineData(Kind.Proftpd)]
    public async Task W9_what_cannot_be_copied_is_listed_and_the_rest_arrives(Kind kind)
    {
        await using var two = await TwoSites.StartAsync(kind, Kind.Vsftpd);
        await two.From.ShellAsync("mkdir a secret; echo one > a/one; ln -s one a/link; ln -s .. a/up; ln -s nothing dangling; mkfifo pipe; echo s > secret/s; echo u > unreadable");
        two.From.Own();
        await two.From.ShellAsync("chown root:root secret unreadable && chmod 700 secret && chmod 600 unreadable");
        var result = await two.CopyAsync(Copy with { DeleteExtra = true });
        Assert.Equal(TransferOutcome.Exceptions, result.Outcome);
        Assert.True(result.Counts.AddUp);
        Assert.Equal([], new[] { "a/up", "dangling", "pipe", "secret/", "unreadable" }.Except(result.Exceptions.Select(exception => exception.Item)));
        Assert.Empty(result.Deleted);
        Assert.Equal("one\n", await two.To.ShellAsync("cat a/link"));
    }

    [Fact]
    [Trait("Requirement", "web-W1")]
    public async Task W1_no_TLS_a_certificate_nobody_trusts_and_a_wrong_password_are_refused_by_their_codes()
    {
        await using var plain = await End.StartAsync(Kind.Vsftpd);
        await using var secure = await End.StartAsync(Kind.Proftpd, tls: true);
        Assert.Equal(TransferCode.TlsNotOffered, await RefusalAsync(plain.Account with { Endpoint = plain.Account.Endpoint with { Tls = SiteTls.Explicit } }));
        Assert.Equal(TransferCode.CertificateRefused, await RefusalAsync(secure.Account with { Endpoint = secure.Account.Endpoint with { Pin = null } }));
        Assert.Equal(TransferCode.CertificateRefused, await RefusalAsync(secure.Account with { Endpoint = secure.Account.Endpoint with { Pin = Convert.ToBase64String(new byte[32]) } }));
        Assert.Equal(TransferCode.AuthenticationFailed, await RefusalAsync(SiteAccount.WithPassword(secure.Account.Endpoint, "not this one")));
        Assert.Equal(TransferCode.Unreachable, await RefusalAsync(plain.Account with { Endpoint = plain.Account.Endpoint with { Port = FreePort.Next() } }));
    }

    [Fact]
    public async Task Every_verb_of_a_session_does_what_it_says()
    {
        await using var end = await End.StartAsync(Kind.Vsftpd, tls: true);
        await using var session = await SiteSession.OpenAsync(end.Account, TransferSide.Target, Session, CancellationToken.None);
        await session.MakeDirectoryAsync(SitePath.Of("d"), CancellationToken.None);
        await session.MakeDirectoryAsync(SitePath.Of("d"), CancellationToken.None);
        await session.PutAsync(SitePath.Of("d/f"), new MemoryStream(Encoding.ASCII.GetBytes("first")), new(Modified: 1_000_000_000, Mode: 0x180), CancellationToken.None);
        await session.PutAsync(SitePath.Of("d/f"), new MemoryStream(Encoding.ASCII.GetBytes("second one")), new(Modified: 1_000_000_000, Mode: 0x180), CancellationToken.None);
        Assert.Equal(10, await session.SizeAsync(SitePath.Of("d/f"), CancellationToken.None));
        Assert.Null(await session.SizeAsync(SitePath.Of("d/none"), CancellationToken.None));
        Assert.Equal("600 1000000000", (await end.ShellAsync("stat -c '%a %Y' d/f")).Trim());
        await session.RenameAsync(SitePath.Of("d/f"), SitePath.Of("d/g"), CancellationToken.None);
        Assert.True(await session.SetModeAsync(SitePath.Of("d/g"), 0x1A4, CancellationToken.None));
        var entry = Assert.Single(await session.ListAsync(SitePath.Of("d"), CancellationToken.None));
        Assert.Equal(("d/g", 10, 0x1A4), (entry.Path.ToString(), entry.Size, entry.Mode));
        using (var text = new StreamReader(await session.OpenReadAsync(SitePath.Of("d/g"), 7, CancellationToken.None))) Assert.Equal("one", await text.ReadToEndAsync());
        await using (var begun = await session.OpenReadAsync(SitePath.Of("d/g"), 0, CancellationToken.None)) Assert.Equal(1, await begun.ReadAsync(new byte[1]));
        await session.DeleteFileAsync(SitePath.Of("d/g"), CancellationToken.None);
        await session.DeleteFileAsync(SitePath.Of("d/g"), CancellationToken.None);
        await session.DeleteDirectoryAsync(SitePath.Of("d"), CancellationToken.None);
        var gone = await Assert.ThrowsAsync<SiteException>(() => session.ListAsync(SitePath.Of("d"), CancellationToken.None));
        Assert.Equal((true, true), (gone.NotFound, gone.SessionUsable));
        Assert.Equal("", await end.ShellAsync("ls -A"));
    }

    private async Task<string> RefusalAsync(SiteAccount account) =>
        (await Assert.ThrowsAsync<SiteException>(() => SiteSession.OpenAsync(account, TransferSide.Source, Session, CancellationToken.None))).Code;
}

/// <summary>Our own engine.</summary>
public sealed class EngineDriverTests : FtpDriverContract
{
    protected override IFtpDriver Driver => EngineDriver.Instance;
}

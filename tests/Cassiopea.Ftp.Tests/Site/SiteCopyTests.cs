using Cassiopea.Lab;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Tests.Site;

/// <summary>Real servers, every protocol.</summary>
[Trait("Category", "Servers")]
public sealed class SiteCopyTests
{
    [Theory]
    [Trait("Requirement", "web-W1")]
    [InlineData(Kind.Vsftpd, Kind.Vsftpd, false)]
    [InlineData(Kind.Vsftpd, Kind.Proftpd, false)]
    [InlineData(Kind.Proftpd, Kind.PureFtpd, false)]
    [InlineData(Kind.PureFtpd, Kind.Vsftpd, true)]
    [InlineData(Kind.VsftpdImplicit, Kind.PureFtpd, true)]
    [InlineData(Kind.Sftp, Kind.Vsftpd, true)]
    [InlineData(Kind.Proftpd, Kind.Sftp, true)]
    [InlineData(Kind.Vsftpd, Kind.Local, true)]
    [InlineData(Kind.Local, Kind.Proftpd, true)]
    public async Task W1_W4_W5_a_site_arrives_whole_with_times_and_modes_and_a_second_pass_copies_nothing(Kind from, Kind to, bool tls)
    {
        await using var two = await TwoSites.StartAsync(from, to, tls);
        FileTree.Fill(two.From.Home, 1, 10, 60, 1, 9_000_000);
        await two.From.ShellAsync("mkdir -p hidden/.well-known empty && echo x > hidden/.htaccess && echo y > hidden/.well-known/z && : > zero && echo '#!/bin/sh' > run.cgi && chmod 755 run.cgi && chmod 640 hidden/.htaccess");
        two.From.Own();
        var result = await two.CopyAsync();
        Assert.Empty(result.Exceptions);
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
        Assert.True(result.Counts.AddUp);
        Assert.Equal(65, result.Counts.Copied);
        await two.AssertEqualAsync(modes: true, times: from != Kind.Local || to != Kind.Vsftpd);

        var second = await two.CopyAsync();
        Assert.Equal((0, 65, TransferOutcome.Complete), (second.Counts.Copied, second.Counts.AlreadyThere, second.Outcome));

        var verified = await two.VerifyAsync();
        Assert.Equal((65, TransferOutcome.Complete), (verified.Counts.AlreadyThere, verified.Outcome));
    }
}

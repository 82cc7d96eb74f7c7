using Cassiopea.Ftp.Site;
using Cassiopea.Lab;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Tests.Site;

/// <summary>What names survive, and which are listed instead of copied.</summary>
[Trait("Category", "Servers")]
public sealed class SiteNamesTests
{
    [Theory]
    [Trait("Requirement", "web-W3")]
    [InlineData(Kind.Vsftpd, Kind.Vsftpd)]
    [InlineData(Kind.Proftpd, Kind.PureFtpd)]
    [InlineData(Kind.PureFtpd, Kind.Sftp)]
    [InlineData(Kind.Sftp, Kind.Proftpd)]
    public async Task W3_names_are_the_same_bytes_and_an_impossible_one_is_listed(Kind from, Kind to)
    {
        await using var two = await TwoSites.StartAsync(from, to);
        await two.From.ShellAsync("""
            t() { printf '%s' "$1" > "$(printf -- "$1")"; }
            t 'latin\351'; t 'utf8\303\251'; t 'nfde\314\201'; t ' leading'; t 'trailing '; t '  two  '; t "quote'"; t 'dq"'; t '#hash'; t 'per%%cent'; t '[x]'; t 'st*r'; t 'back\\slash'
            t '-dash'; t 'q?'; t '\377iac'; t 'semi;colon'; t 'a -> b'; t '~tilde'; t '$dollar'; t '.hidden'; t '{a,b}'; t 'tab\there'
            mkdir "$(printf 'dir\351 [*] ')" && echo d > "$(printf 'dir\351 [*] ')/-x"
            """);
        if (from == Kind.Sftp) await two.From.ShellAsync("printf x > \"$(printf 'cr\\rlf\\nx')\"");
        two.From.Own();
        var result = await two.CopyAsync();
        Assert.True(result.Counts.AddUp);
        Assert.Equal(0, result.Counts.Remaining);

        // what is listed, and what is then not at the target (as cat -v shows it, a line break as one)
        (string Listed, string[] Missing)[] refused = (from, to) switch
        {
            (_, Kind.PureFtpd) => [("trailing ", ["trailing "]), ("  two  ", ["  two  "]), ("tab\\x09here", ["tab\there"]), ("back\\slash", ["back\\slash"]), ("diré [*] /", ["dirM-i [*] /-x", "dirM-i [*] "])],
            (Kind.PureFtpd, _) => [("tab\\x09here", ["tab\there"]), ("back\\slash", ["back\\slash"])],
            (Kind.Sftp, Kind.Proftpd) => [("cr\\x0Dlf\\x0Ax", ["cr^Mlf", "x"]), ("diré [*] /", ["dirM-i [*] /-x", "dirM-i [*] "])],
            _ => [],
        };
        Assert.Equal(refused.Select(static name => name.Listed).Order(StringComparer.Ordinal), result.Exceptions.Select(static exception => exception.Item).Order(StringComparer.Ordinal));
        Assert.Equal(refused.Length, result.ExceptionCount);
        var missing = refused.SelectMany(static name => name.Missing).SelectMany(static name => (string[])["f " + name, "d " + name, name]).ToHashSet(StringComparer.Ordinal);
        var source = (await FileTree.DescribeAsync(two.From.Home, CancellationToken.None)).Split('\n');
        var target = (await FileTree.DescribeAsync(two.To.Home, CancellationToken.None)).Split('\n');
        Assert.Contains("f -dash", source);
        Assert.Equal(source.Where(line => !missing.Contains(line) && !missing.Contains(Hashed(line))), target);
    }

    [Fact]
    [Trait("Requirement", "web-W3")]
    public async Task W3_what_pure_ftpd_shows_in_no_listing_is_listed_and_never_taken_for_another_file()
    {
        await using var two = await TwoSites.StartAsync(Kind.PureFtpd, Kind.Local);
        await two.From.ShellAsync("""
            mkdir sub "$(printf 'bell\aroom')" && echo in > "$(printf 'bell\aroom')/in"
            echo hidden > "sub/$(printf '.dot\002x')"; echo right > "$(printf 'a\tb')"; echo another > a_b; echo delete > "$(printf 'del\177')"; echo plain > 'plain é'
            """);
        two.From.Own();
        await two.To.ShellAsync("echo keep > only-here");
        var result = await two.CopyAsync(new SiteCopyOptions { DeleteExtra = true });
        Assert.Equal(TransferOutcome.Exceptions, result.Outcome);
        Assert.True(result.Counts.AddUp);
        Assert.Equal(["a\\x09b", "bell\\x07room/", "del\\x7F", "deletions", "sub/.dot\\x02x"], result.Exceptions.Select(static exception => exception.Item).Order(StringComparer.Ordinal));
        Assert.All(result.Exceptions.Where(static exception => exception.Item != "deletions"), static exception => Assert.Equal(TransferCode.NotExpressible, exception.Code));
        Assert.Equal("another\nplain\n", await two.To.ShellAsync("cat a_b 'plain é'"));
        Assert.Equal("a_b\nonly-here\nplain é\n", await two.To.ShellAsync("find . -type f -printf '%P\\n' | LC_ALL=C sort"));
    }

    // the name in a line of sha256sum
    private static string Hashed(string line) => line.IndexOf("  ./", StringComparison.Ordinal) is 64 ? line[68..] : "";
}

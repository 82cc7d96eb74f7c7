using Cassiopea.Ftp.Site;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Tests.Site;

/// <summary>What a second pass does, what names survive, and what is listed instead of copied.</summary>
[Trait("Category", "Servers")]
public sealed class SiteDeltaTests
{
    [Theory]
    [Trait("Requirement", "web-W6")]
    [InlineData(Kind.Vsftpd, Kind.Proftpd)]
    [InlineData(Kind.Proftpd, Kind.Vsftpd)]
    public async Task W6_a_delta_copies_what_changed_and_deletes_only_when_asked_and_lists_it(Kind from, Kind to)
    {
        await using var two = await TwoSites.StartAsync(from, to);
        FileTree.Fill(two.From.Home, 4, 6, 40);
        two.From.Own();
        await two.CopyAsync();
        await two.From.ShellAsync("f=$(find . -name 'file-7.bin'); echo changed > $f; rm $(find . -name file-8.bin); mkdir new; echo n > new/n; rm -r d0/e3");
        two.From.Own();
        await two.To.ShellAsync("echo kept > only-here; mkdir -p tmp/cache && echo c > tmp/cache/c");
        two.To.Own();
        var gone = (await two.From.ShellAsync("find . -name 'file-*' | wc -l")).Trim();
        var delta = await two.CopyAsync();
        Assert.Equal((TransferOutcome.Complete, 2), (delta.Outcome, delta.Counts.Copied));
        Assert.Equal(40 - int.Parse(gone, System.Globalization.CultureInfo.InvariantCulture), delta.Counts.DeletedAtSource);
        Assert.Empty(delta.Deleted);
        Assert.True(File.Exists(Path.Combine(two.To.Home, "only-here")));

        var planned = await two.CopyAsync(new SiteCopyOptions { DryRun = true, DeleteExtra = true, Excludes = ["tmp"] });
        Assert.Contains("only-here", planned.Deleted);
        Assert.True(File.Exists(Path.Combine(two.To.Home, "only-here")));
        var last = await two.CopyAsync(new SiteCopyOptions { DeleteExtra = true, Excludes = ["tmp"] });
        Assert.Equal(TransferOutcome.Complete, last.Outcome);
        Assert.Contains("only-here", last.Deleted);
        Assert.Contains("d0/e3/", last.Deleted);
        Assert.True(File.Exists(Path.Combine(two.To.Home, "tmp/cache/c")));
        await two.To.ShellAsync("rm -r tmp");
        await two.AssertEqualAsync();
    }

    [Theory]
    [Trait("Requirement", "web-W5")]
    [InlineData(Kind.Vsftpd)]
    public async Task W5_a_target_that_sets_no_times_still_has_a_second_pass_without_a_copy(Kind kind)
    {
        await using var two = await TwoSites.StartAsync(Kind.Proftpd, kind, options: new SiteServerOptions { SetsTimes = false });
        FileTree.Fill(two.From.Home, 5, 4, 30);
        two.From.Own();
        Assert.Equal(30, (await two.CopyAsync()).Counts.Copied);
        Assert.Equal((0, 30), ((await two.CopyAsync()) is var second ? (second.Counts.Copied, second.Counts.AlreadyThere) : default));
    }

    [Theory]
    [Trait("Requirement", "web-W9")]
    [InlineData(Kind.Vsftpd, Kind.Proftpd)]
    [InlineData(Kind.Proftpd, Kind.Vsftpd)]
    [InlineData(Kind.Sftp, Kind.Local)]
    public async Task W9_links_pipes_and_unreadable_files_are_listed_and_the_rest_arrives(Kind from, Kind to)
    {
        await using var two = await TwoSites.StartAsync(from, to);
        await two.From.ShellAsync("mkdir a b secret; echo one > a/one; ln -s one a/link; ln -s .. a/up; ln -s loop2 loop1; ln -s loop1 loop2; ln -s /etc/passwd out; ln -s nothing dangling; mkfifo pipe; echo s > secret/s; echo u > unreadable");
        two.From.Own();
        if (from != Kind.Sftp) await two.From.ShellAsync("chown root:root secret unreadable && chmod 700 secret && chmod 600 unreadable");
        var result = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Exceptions, result.Outcome);
        Assert.True(result.Counts.AddUp);
        Assert.Equal(0, result.Counts.Remaining);

        string[] listed = from == Kind.Sftp ? ["out", "pipe"] : ["a/up", "dangling", "loop1", "loop2", "out", "pipe", "secret/", "unreadable"];
        Assert.Equal([], listed.Except(result.Exceptions.Select(exception => exception.Item)));
        Assert.Equal("one\n", await two.To.ShellAsync("cat a/one"));
        Assert.Equal("one\n", await two.To.ShellAsync("cat a/link"));
        Assert.False(File.Exists(Path.Combine(two.To.Home, "out")));
    }

    [Theory]
    [Trait("Requirement", "web-W9")]
    [InlineData(Kind.Vsftpd)]
    [InlineData(Kind.Proftpd)]
    [InlineData(Kind.PureFtpd)]
    public async Task W9_a_directory_of_twenty_thousand_files_is_listed_whole(Kind kind)
    {
        await using var end = await End.StartAsync(kind);
        await end.ShellAsync("mkdir big && cd big && seq 1 20000 | xargs touch");
        end.Own();
        await using var session = await SiteSession.OpenAsync(end.Account, TransferSide.Source, new(), CancellationToken.None);
        Assert.Equal(20_000, (await session.ListAsync(SitePath.Of("big"), CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Excluded_paths_are_counted_and_listed()
    {
        await using var two = await TwoSites.StartAsync(Kind.Local, Kind.Local);
        await two.From.ShellAsync("mkdir -p local/cache tmp x && echo a > local/cache/a && echo b > tmp/b && echo c > x/c.log && echo d > x/d");
        var result = await two.CopyAsync(new SiteCopyOptions { Excludes = ["local/cache", "/tmp/", "*.log"] });
        Assert.Equal(["local/cache/", "tmp/", "x/c.log"], result.Excluded.Order(StringComparer.Ordinal));
        Assert.Equal((1, 3, 4), (result.Counts.Copied, result.Counts.Excluded, result.Counts.Source));
        Assert.Equal(TransferOutcome.Complete, result.Outcome);
    }

    [Fact]
    [Trait("Requirement", "web-W4")]
    public async Task W4_a_file_changed_behind_the_copy_is_found_by_reading_it_again()
    {
        await using var two = await TwoSites.StartAsync(Kind.Vsftpd, Kind.Proftpd);
        FileTree.Fill(two.From.Home, 6, 4, 30);
        two.From.Own();
        await two.CopyAsync();
        await two.To.ShellAsync("f=$(find . -name file-3.bin); printf X | dd of=$f conv=notrunc bs=1 seek=100 status=none; rm $(find . -name file-4.bin)");
        var manifest = Path.Combine(two.Journal, "manifest");
        var result = await two.VerifyAsync(new SiteCopyOptions { Manifest = manifest });
        Assert.Equal((TransferOutcome.Different, 28, 2), (result.Outcome, result.Counts.AlreadyThere, result.Counts.Refused));
        Assert.Equal([TransferCode.ItemAltered, TransferCode.ItemMissing], result.Exceptions.Select(exception => exception.Code).Order(StringComparer.Ordinal));
        Assert.Equal(28, (await File.ReadAllLinesAsync(manifest)).Length);
    }
}

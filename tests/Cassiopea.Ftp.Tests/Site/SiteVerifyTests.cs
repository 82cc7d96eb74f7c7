using Cassiopea.Ftp.Site;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Tests.Site;

/// <summary>A folder that cannot be listed is no empty one: what was not seen is neither missing nor equal.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "web-W4")]
[Trait("Requirement", "web-W9")]
public sealed class SiteVerifyTests
{
    [Theory]
    [InlineData(Kind.Vsftpd)]
    [InlineData(Kind.Proftpd)]
    public async Task W4_W9_a_folder_of_the_target_that_cannot_be_listed_is_told_as_that_and_the_rest_is_compared(Kind target)
    {
        await using var two = await TwoSites.StartAsync(Kind.Vsftpd, target);
        FileTree.Fill(two.From.Home, 8, 4, 30);
        await two.From.ShellAsync("mkdir closed && echo a > closed/a && echo b > closed/b");
        two.From.Own();
        await two.CopyAsync();
        await two.To.ShellAsync("chown root:root closed && chmod 700 closed");
        var result = await two.VerifyAsync();
        Assert.Equal((TransferOutcome.Different, 30L, 0L), (result.Outcome, result.Counts.AlreadyThere, result.Counts.Refused));
        var told = Assert.Single(result.Exceptions);
        Assert.Equal(("closed/", TransferSide.Target, TransferFailureKind.Refused), (told.Item, told.Side, told.Kind));
        Assert.NotEqual(TransferCode.ItemMissing, told.Code);
        Assert.Contains("nothing in it was compared", told.Action, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TransferSide.Target)]
    [InlineData(TransferSide.Source)]
    public async Task W4_W9_a_wrong_path_of_either_end_stops_the_verification_and_the_copy_and_nothing_is_deleted(TransferSide wrong)
    {
        await using var two = await TwoSites.StartAsync(Kind.Vsftpd, Kind.Proftpd);
        FileTree.Fill(two.From.Home, 8, 4, 10);
        two.From.Own();
        await two.CopyAsync();
        SiteAccount Account(End end, TransferSide side) => side == wrong ? end.Account with { Endpoint = end.Account.Endpoint with { Root = "no/such/folder" } } : end.Account;
        var (from, to) = (Account(two.From, TransferSide.Source), Account(two.To, TransferSide.Target));
        var verified = await new SiteVerification(TimeProvider.System).RunAsync(from, to, new(), CancellationToken.None);
        Assert.Equal((TransferOutcome.Stopped, wrong, TransferFailureKind.Refused), (verified.Outcome, verified.Failure!.Side, verified.Failure.Kind));
        Assert.Contains("no/such/folder", verified.Failure.Text, StringComparison.Ordinal);
        Assert.Contains("Check the path", verified.Failure.Text, StringComparison.Ordinal);
        var copied = await new SiteCopy(TimeProvider.System).RunAsync(from, to, LabRoot.NewFolder("journal"), new() { DeleteExtra = true }, CancellationToken.None);
        Assert.Equal((TransferOutcome.Stopped, wrong), (copied.Outcome, copied.Failure!.Side));
        Assert.Empty(copied.Deleted);
        Assert.True(await two.To.ShellAsync("find . -type f | wc -l") is "10\n");
    }

    [Fact]
    public async Task W4_a_verification_makes_no_folder_and_the_command_says_which_one_it_cannot_list_with_the_code_of_a_refusal()
    {
        await using var two = await TwoSites.StartAsync(Kind.Local, Kind.Local);
        await two.From.ShellAsync("echo a > a");
        var missing = Path.Combine(two.To.Home, "not/there");
        await using var run = await ChildProcess.StartAsync(new("/usr/bin/dotnet", Path.Combine(AppContext.BaseDirectory, "cassiopea.dll"), "site", "verify", "--from", two.From.Home, "--to", missing, "--quiet"));
        await run.WaitForExitAsync(CancellationToken.None);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains($"{missing}, cannot be listed", run.Tail, StringComparison.Ordinal);
        Assert.False(Directory.Exists(missing));

        // a copy makes it
        var copied = await new SiteCopy(TimeProvider.System).RunAsync(two.From.Account, SiteAccount.Directory(missing), two.Journal, new(), CancellationToken.None);
        Assert.Equal(TransferOutcome.Complete, copied.Outcome);
        Assert.True(File.Exists(Path.Combine(missing, "a")));
    }
}

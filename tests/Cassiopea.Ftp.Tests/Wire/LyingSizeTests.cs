using System.Net;
using Cassiopea.Ftp.Site;
using Cassiopea.Lab;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Tests.Wire;

/// <summary>Servers whose sizes are not those of what they send or hold: never a success, never a wrong file under its name.</summary>
[Trait("Requirement", "web-W4")]
public sealed class LyingSizeTests
{
    [Theory]
    [InlineData(10_000, 9_999)]
    [InlineData(10_000, 10_001)]
    [InlineData(10_000, 0)]
    [InlineData(0, 10_000)]
    [InlineData(5_000_000, 4_500_000)]
    public async Task W4_a_source_that_sends_another_size_than_it_tells_is_listed_and_gives_no_file(int listed, int sent)
    {
        await using var server = new LyingServer(listed, sent, 0);
        var to = LabRoot.NewFolder("to");
        await File.WriteAllTextAsync(Path.Combine(to, "f"), "old content");
        var result = await CopyAsync(Account(server.Start()), SiteAccount.Directory(to));
        Assert.Equal((TransferOutcome.Exceptions, 0, 1, 0), (result.Outcome, result.Counts.Copied, result.Counts.Refused, result.Counts.Remaining));
        Assert.Equal(("f", TransferCode.ItemAltered), (result.Exceptions[0].Item, result.Exceptions[0].Code));
        Assert.Equal("old content", await File.ReadAllTextAsync(Path.Combine(to, "f")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(-10_000)]
    public async Task W4_a_target_that_holds_another_size_than_was_sent_is_listed_and_the_file_gets_no_name(int lie)
    {
        await using var server = new LyingServer(0, 0, lie);
        var from = LabRoot.NewFolder("from");
        await File.WriteAllBytesAsync(Path.Combine(from, "g"), new byte[10_000]);
        var result = await CopyAsync(SiteAccount.Directory(from), Account(server.Start()));
        Assert.Equal((TransferOutcome.Exceptions, 0, 1, 0), (result.Outcome, result.Counts.Copied, result.Counts.Refused, result.Counts.Remaining));
        Assert.Equal(("g", TransferCode.ItemAltered), (result.Exceptions[0].Item, result.Exceptions[0].Code));
        Assert.DoesNotContain(server.Commands, static command => command.StartsWith("RN", StringComparison.Ordinal));
        Assert.DoesNotContain("STOR /g", server.Commands);
    }

    private static SiteAccount Account(int port) => SiteAccount.WithPassword(new(SiteProtocol.Ftp, "localhost", port, "u", "", SiteTls.None, null, IPAddress.Loopback), "p");

    private static Task<SiteCopyResult> CopyAsync(SiteAccount from, SiteAccount to) =>
        new SiteCopy(TimeProvider.System).RunAsync(from, to, LabRoot.NewFolder("journal"), new() { Connections = 1, Backoff = TimeSpan.FromMilliseconds(1) }, CancellationToken.None);
}

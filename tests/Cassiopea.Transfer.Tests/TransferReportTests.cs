using System.Text.Json;

namespace Cassiopea.Transfer.Tests;

public sealed class TransferReportTests
{
    private static readonly TransferReport Report = new(
        "mail copy", "1.0.0", "imap://a@b:993/", "imap://c@d:993/", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(2), TransferOutcome.Exceptions,
        new(10, 7, 1, 1, 1, 0, 2, 3), 700, 2, 12, 1 << 20,
        [new("INBOX ; 1 ; 2", TransferSide.Target, TransferFailureKind.Refused, TransferCode.TooBig, "too big", "split it")]);

    [Fact]
    public void The_JSON_has_the_names_that_are_promised()
    {
        using var json = JsonDocument.Parse(Report.ToJson());
        var root = json.RootElement;
        foreach (var name in (string[])["engine", "version", "source", "target", "startedAt", "finishedAt", "outcome", "counts", "bytes", "seconds", "roundTrips", "peakMemoryBytes", "exceptions"])
            Assert.True(root.TryGetProperty(name, out _), name);
        foreach (var name in (string[])["source", "copied", "alreadyThere", "refused", "excluded", "remaining", "altered", "deletedAtSource"])
            Assert.True(root.GetProperty("counts").TryGetProperty(name, out _), name);
        Assert.Equal("exceptions", root.GetProperty("outcome").GetString());
        var exception = root.GetProperty("exceptions")[0];
        Assert.Equal(["target", "refused", "too-big"], new[] { "side", "kind", "code" }.Select(name => exception.GetProperty(name).GetString()));
    }

    [Fact]
    public void It_is_read_again_as_it_was_written() => Assert.Equal(Report.ToJson(), TransferReport.FromJson(Report.ToJson()).ToJson());

    [Fact]
    public void Counts_add_up_or_say_so()
    {
        Assert.True(Report.Counts.AddUp);
        Assert.False((Report.Counts with { Remaining = 1 }).AddUp);
    }
}

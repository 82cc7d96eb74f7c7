using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>What a whole process allocates can only be measured while nothing else runs in it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}

[Collection(MeasuredAlone.Name)]
public sealed class LyingSizeTests
{
    [Theory]
    [Trait("Requirement", "mail-R21")]
    [InlineData("99999999999999")]
    [InlineData("9223372036854775808")]
    [InlineData("4294967296")]
    [InlineData("-1")]
    [InlineData("100")]
    [InlineData("5000")]
    public async Task A_literal_whose_size_lies_never_ends_in_success_or_in_a_torn_message(string size)
    {
        await using var pair = MemoryPair.Start().With(10);
        pair.From.AnnouncedSize = message => message.Uid == 6 ? size : null;
        pair.From.CutBody = message => message.Uid == 6 && size == "5000" ? 300 : null;
        var before = GC.GetTotalAllocatedBytes();
        var result = await pair.CopyAsync(new() { Idle = TimeSpan.FromSeconds(2), Patience = TimeSpan.FromSeconds(4) });
        Assert.NotEqual(TransferOutcome.Complete, result.Outcome);
        Assert.True(result.Counts.AddUp);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 200_000_000);
        var sent = pair.From.Folder("INBOX").Messages.Select(static message => Convert.ToHexString(message.Octets)).ToHashSet();
        Assert.All(pair.There(), message => Assert.Contains(Convert.ToHexString(message.Octets), sent));
        Assert.Equal(pair.There().Count, pair.There().DistinctBy(static message => Convert.ToHexString(message.Octets)).Count());
    }
}

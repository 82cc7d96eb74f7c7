using System.Text;
using Cassiopea.Ftp.Journal;
using Cassiopea.Lab;

namespace Cassiopea.Ftp.Tests.Journal;

/// <summary>Nothing else runs while memory is measured.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;

/// <summary>What a large site takes in memory; the whole engine at 500,000 files is measured by the benchmark <c>web memory</c>.</summary>
[Collection(nameof(MeasuredAlone))]
[Trait("Requirement", "web-W10")]
public sealed class JournalMemoryTests
{
    private const int Files = 200_000;

    [Fact]
    public void W10_a_file_takes_the_same_few_bytes_of_memory_however_long_its_path_is_now_and_when_the_journal_is_read_again()
    {
        var folder = LabRoot.NewFolder("journal");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using (var journal = SiteJournal.Open(folder, "a pair"))
        {
            for (var number = 0; number < Files; number++) journal.Done(Entry(number), new byte[32]);
            AssertSmall(before);
            Assert.True(journal.IsDone(Entry(Files - 1)));
        }

        before = GC.GetTotalMemory(forceFullCollection: true);
        using var again = SiteJournal.Open(folder, "a pair");
        AssertSmall(before);
        Assert.True(again.IsDone(Entry(0)));
        Assert.Equal(Files - 1, again.Unseen);
    }

    // 48 bytes per file and the spare room of a dictionary that has just grown; a path alone would be 300
    private static void AssertSmall(long before) => Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / Files, 0, 160);

    private static SiteEntry Entry(int number) =>
        new(SitePath.Of(Encoding.ASCII.GetBytes(new string('d', 290) + number)), SiteEntryKind.File, number, 1_000_000_000 + number, TimePrecision.Second, null);
}

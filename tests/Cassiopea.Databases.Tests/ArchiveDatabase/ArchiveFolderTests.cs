using System.Security.Cryptography;
using Cassiopea.Contracts;
using Cassiopea.MySql.Dump;

namespace Cassiopea.Databases.Tests;

[Trait("Requirement", "D2")]
public sealed class ArchiveFolderTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("archive-folder-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Theory]
    [InlineData("insert into posts valueX (1);")] // as long, other bytes
    [InlineData("insert into po")] // cut
    public async Task An_archive_that_does_not_read_as_it_was_written_leaves_the_earlier_one_as_it_is(string found)
    {
        var folder = new ArchiveFolder(_path);
        await ArchiveAsync(folder, "site-1", "the earlier one", null);
        var refused = await Assert.ThrowsAsync<PassFailureException>(() => ArchiveAsync(folder, "site-2", "insert into posts values (1);", found));
        Assert.Equal((FailureSide.Us, FailureKind.Passing, FailureCode.StorageFull), (refused.Failure.Side, refused.Failure.Kind, refused.Failure.Code));
        Assert.Contains("look at the disk", refused.Failure.Text, StringComparison.Ordinal);
        Assert.Equal("the earlier one", await File.ReadAllTextAsync(Path.Combine(_path, "site-001.sql")));

        Assert.Empty(Directory.GetDirectories(_path));
        await ArchiveAsync(folder, "site-2", "insert into posts values (1);", null);
        Assert.Equal("insert into posts values (1);", await File.ReadAllTextAsync(Path.Combine(_path, "site-001.sql")));
        Assert.Empty(Directory.GetDirectories(_path));
    }

    [Fact]
    public void A_table_that_changed_while_it_was_read_is_no_archive_and_is_read_again()
    {
        var refused = Assert.Throws<PassFailureException>(() => ArchiveDatabaseJob.RefuseChanged([new("posts", 20, "", 20), new("hits", 20, "", 19)]));
        Assert.Equal((FailureSide.Source, FailureKind.Passing), (refused.Failure.Side, refused.Failure.Kind));
        Assert.Contains("1 tables changed while they were read (hits)", refused.Failure.Text, StringComparison.Ordinal);
        ArchiveDatabaseJob.RefuseChanged([new("posts", 20, "", 20)]);
    }

    /// <param name="folder">Where.</param>
    /// <param name="name">Of the archive.</param>
    /// <param name="text">What is written.</param>
    /// <param name="found">What the disk gives back instead; null = the same.</param>
    private static async Task ArchiveAsync(ArchiveFolder folder, string name, string text, string? found)
    {
        using var draft = folder.NewDraft(name);
        var path = Path.Combine(draft.Path, "site-001.sql");
        await File.WriteAllTextAsync(path, text);
        var bytes = await File.ReadAllBytesAsync(path);
        if (found is not null) await File.WriteAllTextAsync(path, found);
        await folder.PlaceAsync([new DumpPart(path, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)))], default);
    }
}

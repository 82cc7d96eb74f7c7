using System.Security.Cryptography;
using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;
using Cassiopea.MySql.Engine;
using Cassiopea.Transfer;

namespace Cassiopea.Databases.Tests;

[Trait("Category", "Servers")]
[Trait("Requirement", "D2")]
public sealed class ArchiveDatabaseTests
{
    [Fact]
    public async Task D2_debians_own_client_loads_the_archive_file_by_file_to_the_hashes_that_its_list_promises()
    {
        await using var host = await DatabasesHost.StartAsync(("Databases:ArchivePartBytes", "600000"));
        var item = await DatabaseCase.MakeAsync(host, DatabaseSeed.Difficult + "\n" + DatabaseSeed.Rows("many", 9000) + DatabaseSeed.Rows("myisam", 300, engine: "MyISAM"));
        var told = await host.AskAsync<ArchiveDatabase, ItemArchived>(new(item.Migration, item.Item, 1, Bucket.Bulk, item.Source), e => e.ItemId == item.Item);
        Assert.True(told.Archive.Equal);
        Assert.Empty(told.Exceptions);
        Assert.True(told.Archive.Parts.Count > 3, "several files and a list");
        var folder = FolderOf(host, item.Migration, item.Item);
        Assert.Equal(told.Archive.Parts.Select(p => p.Name).Order(StringComparer.Ordinal), Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var part in told.Archive.Parts)
            Assert.Equal(part.Sha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, part.Name)))));

        foreach (var part in told.Archive.Parts.Where(p => p.Name.EndsWith(".sql", StringComparison.Ordinal)))
            await item.New.RunFileAsync(Path.Combine(folder, part.Name), item.To.Database);
        var promised = (await File.ReadAllLinesAsync(Path.Combine(folder, told.Archive.Parts[^1].Name))).Skip(1).Where(l => !l.StartsWith('#')).Select(l => l.Split('\t')).Select(f => (Name: f[0], Rows: f[1], Hash: f[2])).OrderBy(t => t.Name, StringComparer.Ordinal);
        var loaded = await DatabaseFingerprint.OfAsync(DatabaseCase.AccountOf(item.New, item.To), TransferSide.Target, new(), default);
        Assert.Equal(promised, loaded.Select(t => (t.Name, Rows: $"{t.Rows}", t.Hash)).OrderBy(t => t.Name, StringComparer.Ordinal));
        Assert.Equal(told.Archive.Messages, loaded.Sum(t => t.Rows));
        Assert.Empty(await item.DifferencesAsync());
    }

    [Fact]
    public async Task An_archive_that_was_killed_after_its_files_were_in_place_tells_the_same_of_what_is_new_and_drafts_go()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, DatabaseSeed.Rows("posts", 20));
        await host.AskAsync<ArchiveDatabase, ItemArchived>(new(item.Migration, item.Item, 1, Bucket.Bulk, item.Source), e => e.Pass == 1);
        await item.OldAsync("delete from posts where id=3;");

        // the files of pass 2 as a run leaves them that is killed before it could tell, and a draft of one that was killed before
        var other = Guid.CreateVersion7();
        await host.AskAsync<ArchiveDatabase, ItemArchived>(new(item.Migration, other, 2, Bucket.Bulk, item.Source), e => e.ItemId == other);
        var folder = FolderOf(host, item.Migration, item.Item);
        foreach (var file in Directory.GetFiles(FolderOf(host, item.Migration, other)))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        var draft = Directory.CreateDirectory(Path.Combine(folder, ".draft-of-before")).FullName;
        await File.WriteAllTextAsync(Path.Combine(draft, "posts-001.sql"), "half");

        var told = await host.AskAsync<ArchiveDatabase, ItemArchived>(new(item.Migration, item.Item, 2, Bucket.CutOver, item.Source), e => e.ItemId == item.Item && e.Pass == 2);
        Assert.Equal((true, 19L, 19L), (told.Archive.Equal, told.Archive.Messages, told.Added));
        Assert.Empty(Directory.GetDirectories(folder));
    }

    [Fact]
    public async Task A_later_archive_takes_the_place_of_the_earlier_one_and_all_go_with_the_migration()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, DatabaseSeed.Rows("posts", 20));
        await host.AskAsync<ArchiveDatabase, ItemArchived>(new(item.Migration, item.Item, 1, Bucket.Bulk, item.Source), e => e.Pass == 1);
        await item.OldAsync("delete from posts where id=3;");
        var second = await host.AskAsync<ArchiveDatabase, ItemArchived>(new(item.Migration, item.Item, 2, Bucket.CutOver, item.Source), e => e.Pass == 2);
        Assert.Equal(19, second.Archive.Messages);
        await Lab.Eventually.TrueAsync("the first archive is gone", () => Task.FromResult(Directory.GetFiles(host.Archives, "*", SearchOption.AllDirectories).Length == second.Archive.Parts.Count), TimeSpan.FromSeconds(20));
        var erased = await host.AskAsync<MigrationEnded, WorkErased>(new MigrationEnded(item.Migration, MigrationState.Declined), e => e.MigrationId == item.Migration);
        Assert.Equal(second.Archive.Parts.Count, erased.Files);
        Assert.Empty(Directory.GetFiles(host.Archives, "*", SearchOption.AllDirectories));
    }

    private static string FolderOf(DatabasesHost host, Guid migration, Guid item) => Path.Combine(host.Archives, migration.ToString("N"), item.ToString("N"), "parts");
}

using System.Formats.Tar;
using System.Security.Cryptography;
using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;

namespace Cassiopea.WebHosting.Tests;

/// <summary>All files of a site for the member, in parts that any computer opens.</summary>
[Trait("Category", "Servers")]
public sealed class ArchiveSiteTests
{
    [Fact]
    public async Task An_archive_holds_every_file_as_it_is_and_says_so_with_hashes()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.Spip, more: (_, _) => Task.FromResult<(string, string)[]>([("WebHosting:ArchivePartBytes", "40960")]));
        Directory.CreateDirectory(Path.Combine(site.Old.Home, "vide"));
        File.CreateSymbolicLink(Path.Combine(site.Old.Home, "accueil.html"), "index.php");
        site.Old.Own();
        var made = await AskAsync(site, 1);
        Assert.Empty(made.Exceptions);
        Assert.True(made.Archive.Equal);
        Assert.True(made.Archive.Parts.Count > 1);
        SortedDictionary<string, string> found = new(StringComparer.Ordinal);
        SortedSet<string> folders = new(StringComparer.Ordinal), links = new(StringComparer.Ordinal);
        foreach (var part in made.Archive.Parts)
        {
            var file = Path.Combine(FolderOf(site), part.Name);
            Assert.Equal((part.Bytes, part.Sha256), (new FileInfo(file).Length, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file)))));
            if (Path.GetExtension(file) != ".tar")
                continue;
            Assert.True(part.Bytes <= 40960 || part.Name == Longest(made), part.Name);
            await using TarReader tar = new(File.OpenRead(file));
            while (await tar.GetNextEntryAsync() is { } entry)
            {
                if (entry.EntryType == TarEntryType.Directory)
                    folders.Add(entry.Name);
                else if (entry.EntryType == TarEntryType.SymbolicLink)
                    links.Add($"{entry.Name} -> {entry.LinkName}");
                else
                    found.Add(entry.Name, Convert.ToHexStringLower(entry.DataStream is null ? SHA256.HashData([]) : await SHA256.HashDataAsync(entry.DataStream)));
            }
        }

        Assert.Equal(
            Directory.EnumerateFiles(site.Old.Home, "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).LinkTarget is null).ToDictionary(f => Path.GetRelativePath(site.Old.Home, f), f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))).OrderBy(f => f.Key, StringComparer.Ordinal),
            found);
        Assert.Equal(found.Count, made.Archive.Messages);
        Assert.Contains("vide/", folders);
        Assert.Equal(["accueil.html -> index.php"], links);
        var list = made.Archive.Parts[^1];
        Assert.Equal(made.Archive.ManifestSha256, list.Sha256);
        Assert.Equal(found.Select(f => $"{f.Value}  {f.Key}"), await File.ReadAllLinesAsync(Path.Combine(FolderOf(site), list.Name)));
    }

    [Fact]
    public async Task A_later_archive_that_fails_leaves_the_earlier_one_and_one_that_is_made_takes_its_place()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.Spip);
        var first = await AskAsync(site, 1);
        Assert.True(first.Archive.Equal);
        site.Host.Vault.Store("wrong", site.Source.CredentialId);
        var failed = await AskAsync(site, 2);
        Assert.Empty(failed.Archive.Parts);
        Assert.Equal(Names(first), FilesOf(site));

        site.Host.Vault.Store(site.Old.Password, site.Source.CredentialId);
        await File.WriteAllTextAsync(Path.Combine(site.Old.Home, "nouveau.txt"), "new");
        site.Old.Own();
        var third = await AskAsync(site, 3);
        Assert.Equal(first.Archive.Messages + 1, third.Archive.Messages);
        Assert.Equal(Names(third), FilesOf(site));
    }

    [Fact]
    public async Task A_file_and_a_folder_that_the_old_server_does_not_give_are_told_and_the_archive_is_not_equal()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.Spip);
        Directory.CreateDirectory(Path.Combine(site.Old.Home, "prive"));
        await File.WriteAllTextAsync(Path.Combine(site.Old.Home, "prive/x.txt"), "x");
        await File.WriteAllTextAsync(Path.Combine(site.Old.Home, "ferme.txt"), "y");
        site.Old.Own();
        foreach (var closed in (string[])["prive", "ferme.txt"])
            File.SetUnixFileMode(Path.Combine(site.Old.Home, closed), UnixFileMode.None);
        var made = await AskAsync(site, 1);
        Assert.False(made.Archive.Equal);
        Assert.Equal(["ferme.txt", "prive"], made.Exceptions.Select(e => e.Item).Order(StringComparer.Ordinal));
        Assert.NotEmpty(made.Archive.Parts);
    }

    [Fact]
    public async Task An_archive_that_cannot_be_made_says_why()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.Spip);
        site.Host.Vault.Store("wrong", site.Source.CredentialId);
        var made = await AskAsync(site, 1);
        Assert.False(made.Archive.Equal);
        Assert.Equal(FailureCode.AuthenticationFailed, Assert.Single(made.Exceptions).Failure.Code);
    }

    private static Task<ItemArchived> AskAsync(SiteCase site, int round)
    {
        var asked = TimeProvider.System.GetUtcNow();
        return site.Host.AskAsync<ArchiveSite, ItemArchived>(new ArchiveSite(site.Migration, site.Item, round, site.Source), e => e.ItemId == site.Item && e.AsOf >= asked);
    }

    private static string FolderOf(SiteCase site) => Path.Combine(site.Host.Archives, site.Migration.ToString("N"), site.Item.ToString("N"), "parts");

    private static IEnumerable<string> FilesOf(SiteCase site) => Directory.EnumerateFileSystemEntries(FolderOf(site)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Names(ItemArchived made) => made.Archive.Parts.Select(p => p.Name).Order(StringComparer.Ordinal);

    /// <summary>The part with the site's one long file may be longer than others.</summary>
    private static string Longest(ItemArchived made) => made.Archive.Parts.MaxBy(p => p.Bytes)!.Name;
}

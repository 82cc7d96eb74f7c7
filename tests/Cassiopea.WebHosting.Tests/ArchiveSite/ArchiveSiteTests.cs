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
        await using var site = await SiteCase.MakeAsync(SiteSeed.Spip, more: (_, _) => Task.FromResult<(string, string)[]>([("WebHosting:ArchivePartBytes", "20480")]));
        var made = await site.Host.AskAsync<ArchiveSite, ItemArchived>(new ArchiveSite(site.Migration, site.Item, 1, site.Source), e => e.ItemId == site.Item);
        Assert.Empty(made.Exceptions);
        Assert.True(made.Archive.Equal);
        Assert.True(made.Archive.Parts.Count > 1);
        SortedDictionary<string, string> found = new(StringComparer.Ordinal);
        foreach (var part in made.Archive.Parts)
        {
            var file = Path.Combine(site.Host.Archives, site.Migration.ToString("N"), site.Item.ToString("N"), "parts", part.Name);
            Assert.Equal((part.Bytes, part.Sha256), (new FileInfo(file).Length, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file)))));
            await using TarReader tar = new(File.OpenRead(file));
            while (await tar.GetNextEntryAsync() is { } entry)
                found.Add(entry.Name, Convert.ToHexStringLower(await SHA256.HashDataAsync(entry.DataStream!)));
        }

        Assert.Equal(
            Directory.EnumerateFiles(site.Old.Home, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(site.Old.Home, f), f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f)))).OrderBy(f => f.Key, StringComparer.Ordinal),
            found);
        Assert.Equal(found.Count, made.Archive.Messages);
    }

    [Fact]
    public async Task An_archive_that_cannot_be_made_says_why()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.Spip);
        site.Host.Vault.Store("wrong", site.Source.CredentialId);
        var made = await site.Host.AskAsync<ArchiveSite, ItemArchived>(new ArchiveSite(site.Migration, site.Item, 1, site.Source), e => e.ItemId == site.Item);
        Assert.False(made.Archive.Equal);
        Assert.Equal(FailureCode.AuthenticationFailed, Assert.Single(made.Exceptions).Failure.Code);
    }
}

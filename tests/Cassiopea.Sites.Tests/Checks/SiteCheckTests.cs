using System.Net;
using Cassiopea.Sites.Checks;

namespace Cassiopea.Sites.Tests.Checks;

[Trait("Category", "Servers")]
public sealed class SiteCheckTests
{
    private const string Front = "<?php if ($_SERVER['HTTP_HOST'] !== 'www.asbl.example') { http_response_code(404); exit; } ?><html><!-- <title>no</title> <a href='/never'> --><title>Asbl &amp; co\n</title>"
        + "<script>'<a href=\"/script\">'</script><a href=\"/a.php?id=1&amp;x=2\">a</a> <a class=x href='gone.php'>b</a> <a href=http://asbl.example/moved.php>c</a> <a href=\"http://elsewhere.example/\">d</a> <a href=\"/x.php?action=logout\">e</a>";

    [Fact]
    [Trait("Requirement", "W12")]
    public async Task W12_both_places_are_asked_by_address_under_the_sites_own_name()
    {
        await using var old = await Place.StartAsync("<title>A <?= $_GET['id'] ?></title>");
        await using var same = await Place.StartAsync("<title>A <?= $_GET['id'] ?></title>");
        await using var broken = await Place.StartAsync("<?php echo '<b>Warning</b>: mysql'; ?><title>A <?= $_GET['id'] ?></title>");
        var pages = await SiteCheck.RunAsync(old.Of, same.Of, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(["/ 200 Asbl & co ", "/a.php?id=1&x=2 200 A 1 ", "/gone.php 404  ", "/moved.php 302  /a.php?id=9", "/a.php?id=9 200 A 9 "],
            pages.Select(p => $"{p.Path} {p.After.Status} {(p.After.Status == 404 ? "" : p.After.Title)} {p.After.Location}"));
        Assert.All(pages, p => Assert.True(p.Equal, p.Path));

        var worse = await SiteCheck.RunAsync(old.Of, broken.Of, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(["/a.php?id=1&x=2", "/a.php?id=9"], worse.Where(p => !p.Equal).Select(p => p.Path));
        Assert.All(worse.Where(p => !p.Equal), p => Assert.Equal("The page shows a PHP message: Warning.", p.After.Problem));
    }

    [Fact]
    public async Task A_place_that_does_not_answer_is_told_and_never_equal()
    {
        SitePlace nowhere = new(new Uri("http://www.asbl.example/"), new IPEndPoint(IPAddress.Loopback, Lab.Servers.FreePort.Next()));
        var page = Assert.Single(await SiteCheck.RunAsync(nowhere, nowhere, TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        Assert.Equal((0, "ConnectionError"), (page.Before.Status, page.Before.Problem));
        Assert.False(page.Equal);
    }

    private sealed class Place(string folder, Uri address, IDisposable server) : IAsyncDisposable
    {
        public SitePlace Of => new(new Uri("http://www.asbl.example/"), new IPEndPoint(IPAddress.Loopback, address.Port));

        public static async Task<Place> StartAsync(string a)
        {
            var folder = Directory.CreateTempSubdirectory("cassiopea-check-").FullName;
            await File.WriteAllTextAsync(Path.Combine(folder, "index.php"), Front);
            await File.WriteAllTextAsync(Path.Combine(folder, "a.php"), a);
            await File.WriteAllTextAsync(Path.Combine(folder, "moved.php"), "<?php header('Location: http://www.asbl.example/a.php?id=9');");
            await File.WriteAllTextAsync(Path.Combine(folder, "gone.php"), "<?php http_response_code(404);");
            var (address, server) = await PhpProgram.ServeAsync(folder);
            return new Place(folder, address, server);
        }

        public ValueTask DisposeAsync()
        {
            server.Dispose();
            Directory.Delete(folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}

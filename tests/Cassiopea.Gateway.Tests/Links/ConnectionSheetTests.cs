using System.Net;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Links;

/// <summary>Before departure, member and receiving host read how to connect, and what runs at both ends.</summary>
[Trait("Category", "Servers")]
public sealed class ConnectionSheetTests : IAsyncLifetime
{
    TestGateway _gateway = null!;
    Guid _migration, _member;

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync();
        (_member, _migration) = await _gateway.SeedAsync();
        var credential = Guid.CreateVersion7();
        _gateway.Vault.Stored[credential] = (_member, "s3cret-canary", 1);
        Endpoint Old(string protocol, int port, string path) => new(Guid.CreateVersion7(), protocol, protocol + ".old.example", port, TlsPolicy.None, "asbl<1>", credential, null, path);
        await _gateway.PublishAsync(Says.Item(_migration, Guid.CreateVersion7(), "www.amis.example", source: Old("ftp", 21, "/www"), target: Says.End(credential, "new.example")) with { Kind = ItemKind.Site });
        await _gateway.PublishAsync(Says.Item(_migration, Guid.CreateVersion7(), "amis_spip", source: Old("mysql", 3306, "amis_spip")) with { Kind = ItemKind.Database });
        await Eventually.TrueAsync("the board knows", () => _gateway.QueryAsync(async db => await db.Items.CountAsync() == 2));
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("fr", "Consignes de connexion", "Fichiers du site (FTP)", "Ancien hébergement")]
    [InlineData("nl", "Verbindingsgegevens", "Bestanden van de site (FTP)", "Oude hosting")]
    [InlineData("en", "How to connect", "Files of the site (FTP)", "Old hosting")]
    public async Task It_names_each_service_and_both_hostings_in_the_reader_s_language_and_no_password(string language, string title, string service, string hosting)
    {
        var member = _gateway.Client(await _gateway.KeyAsync("the secretary", Role.Member, _member));
        var page = await member.GetStringAsync(new Uri($"/api/v1/migrations/{_migration}/connection-sheet?language={language}", UriKind.Relative));
        foreach (var text in (string[])[title, service, hosting, "ftp.old.example", "3306", "asbl&lt;1&gt;", "www.amis.example (/www)", "5.4.45", "MySQL 5.5.54", "PHP 8", "mbstring"])
            Assert.Contains(text.Replace("PHP 8", "8.2", StringComparison.Ordinal), page, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-canary", page, StringComparison.Ordinal);
        Assert.DoesNotContain("new.example", page, StringComparison.Ordinal);
        var text2 = await member.GetStringAsync(new Uri($"/api/v1/migrations/{_migration}/connection-sheet?side=target&format=text&language={language}", UriKind.Relative));
        Assert.Contains("new.example", text2, StringComparison.Ordinal);
        Assert.DoesNotContain("old.example", text2, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_do_not_see_it_and_nonsense_is_refused()
    {
        var stranger = _gateway.Client(await _gateway.KeyAsync("other", Role.Member, Guid.CreateVersion7()));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(new Uri($"/api/v1/migrations/{_migration}/connection-sheet", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await _gateway.Client().GetAsync(new Uri($"/api/v1/migrations/{_migration}/connection-sheet?side=both", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotAcceptable, (await _gateway.Client().GetAsync(new Uri($"/api/v1/migrations/{_migration}/connection-sheet?format=pdf", UriKind.Relative))).StatusCode);
    }
}

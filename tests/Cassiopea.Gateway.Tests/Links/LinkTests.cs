using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Links;

/// <summary>One-time links: archives that can be resumed, and the old place's login for the new host's people.</summary>
[Trait("Category", "Servers")]
public sealed class LinkTests : IAsyncLifetime
{
    readonly string _archives = LabRoot.NewFolder("archives");
    readonly ManualTime _time = new();
    readonly byte[] _content = RandomNumberGenerator.GetBytes(300_000);
    TestGateway _gateway = null!;
    Guid _migration, _member, _item;

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync(settings: new Dictionary<string, string?> { ["Gateway:ArchiveDirectory"] = _archives }, time: _time);
        _gateway.Vault.Time = _time;
        (_member, _migration) = await _gateway.SeedAsync();
        _item = Guid.CreateVersion7();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(_archives, recursive: true);
    }

    [Fact]
    public async Task An_archive_is_downloaded_in_pieces_and_the_link_ends_when_all_went_out()
    {
        await SeedArchiveAsync();
        var made = await (await _gateway.Client().PostAsync($"/api/v1/items/{_item}/archive-links", null, "a")).JsonAsync();
        var link = new Uri(made.GetProperty("links")[0].GetProperty("url").GetString()!);
        var again = await (await _gateway.Client().PostAsync($"/api/v1/items/{_item}/archive-links", null, "a")).JsonAsync();
        Assert.Equal(System.Text.Json.JsonValueKind.Null, again.GetProperty("links")[0].GetProperty("url").ValueKind);
        Assert.DoesNotContain(link.Segments[^1], await _gateway.QueryAsync(db => db.GivenAnswers.Select(g => g.Body ?? "").ToListAsync()).ContinueWith(t => string.Concat(t.Result), TaskScheduler.Default), StringComparison.Ordinal);

        var first = await GetAsync(link, 0, 99_999);
        Assert.Equal((HttpStatusCode.PartialContent, 300_000L), (first.StatusCode, first.Content.Headers.ContentRange!.Length));
        var rest = await GetAsync(link, 100_000, null, first.Headers.ETag);
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        byte[] whole = [.. await first.Content.ReadAsByteArrayAsync(), .. await rest.Content.ReadAsByteArrayAsync()];
        Assert.Equal(_content, whole);
        await Eventually.TrueAsync("the use is noted", () => _gateway.QueryAsync(db => db.Links.AnyAsync(l => l.UsedAt != null)));

        Assert.Equal(HttpStatusCode.PartialContent, (await GetAsync(link, 299_000, null)).StatusCode);
        _time.Advance(TimeSpan.FromHours(1.1));
        Assert.Equal("link-over", await (await GetAsync(link, 0, null)).ProblemAsync(410));
    }

    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_visit_statistics_are_downloaded_by_a_link_of_their_own()
    {
        var member = _gateway.Client(await _gateway.KeyAsync("the secretary", Role.Member, _member));
        var folder = Path.Combine(_archives, _migration.ToString("N"), _item.ToString("N"), "parts");
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, "statistics-2.zip"), _content);
        await _gateway.PublishAsync(Says.Item(_migration, _item, version: 1) with
        {
            Kind = ItemKind.Site,
            Arrangement = new ItemArrangement(MailboxStrategy.MoveAll, null, null, null, null, Statistics: new SiteStatistics(
                true, Saved: new SavedStatistics(1, 2, 3, "2012-01", "2012-03", new ArchivePart("statistics-2.zip", _content.Length, Convert.ToHexStringLower(SHA256.HashData(_content))), Says.Start))),
        });
        await Eventually.TrueAsync("the board knows", () => _gateway.QueryAsync(db => db.Items.AnyAsync(i => i.Id == _item)));
        Assert.Equal(HttpStatusCode.NotFound, (await member.PostAsync($"/api/v1/items/{_item}/archive-links", null, "a")).StatusCode);
        var made = await (await member.PostAsync($"/api/v1/items/{_item}/statistics-link", null, "b")).JsonAsync();
        var answer = await _gateway.Anonymous().GetAsync(new Uri(made.GetProperty("links")[0].GetProperty("url").GetString()!));
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(_content, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_link_that_nobody_used_expires_and_the_end_alone_does_not_use_it_up()
    {
        await SeedArchiveAsync();
        var made = await (await _gateway.Client().PostAsync($"/api/v1/items/{_item}/archive-links", null, "a")).JsonAsync();
        var link = new Uri(made.GetProperty("links")[0].GetProperty("url").GetString()!);
        Assert.Equal(HttpStatusCode.PartialContent, (await GetAsync(link, 299_999, null)).StatusCode);
        _time.Advance(TimeSpan.FromDays(6.9));
        Assert.Equal(_content, await _gateway.Anonymous().GetByteArrayAsync(link));
        _time.Advance(TimeSpan.FromDays(0.2));
        Assert.Equal(HttpStatusCode.Gone, (await GetAsync(link, 0, null)).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await _gateway.Anonymous().GetAsync(new Uri(link, "/archives/guessed"))).StatusCode);
    }

    [Fact]
    public async Task An_archive_that_was_erased_is_gone_and_others_members_make_no_link()
    {
        await SeedArchiveAsync();
        var made = await (await _gateway.Client().PostAsync($"/api/v1/items/{_item}/archive-links", null, "a")).JsonAsync();
        Directory.Delete(Path.Combine(_archives, _migration.ToString("N")), recursive: true);
        Assert.Equal(HttpStatusCode.Gone, (await GetAsync(new Uri(made.GetProperty("links")[0].GetProperty("url").GetString()!), 0, null)).StatusCode);
        var stranger = _gateway.Client(await _gateway.KeyAsync("other", Role.Member, Guid.CreateVersion7()));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync($"/api/v1/items/{_item}/archive-links", null, "b")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PostAsync($"/api/v1/items/{_item}/host-link", null, "c")).StatusCode);
    }

    [Fact]
    public async Task The_new_host_s_people_see_the_password_once()
    {
        var credential = await SeedHostAsync(_time.GetUtcNow().AddDays(3));
        var member = _gateway.Client(await _gateway.KeyAsync("the secretary", Role.Member, _member));
        var made = await (await member.PostAsync($"/api/v1/items/{_item}/host-link", null, "h")).JsonAsync();
        Assert.Equal(_time.GetUtcNow().AddDays(3), made.GetProperty("expiresAt").GetDateTimeOffset());
        var link = new Uri(made.GetProperty("url").GetString()!);
        var people = _gateway.Anonymous();
        for (var i = 0; i < 2; i++)
        {
            var page = await people.GetStringAsync(link);
            Assert.Contains("imap.old.example:993", page, StringComparison.Ordinal);
            foreach (var sheet in (string[])["Consignes de connexion", "Verbindingsgegevens", "How to connect", "Courrier entrant (IMAP)"])
                Assert.Contains(sheet, page, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", page, StringComparison.Ordinal);
        }

        _gateway.Vault.Grants = false;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await people.PostAsync(link, null)).StatusCode);
        _gateway.Vault.Grants = true;
        var shown = await people.PostAsync(link, null);
        Assert.Contains("s3cret&lt;&amp;&gt;", await shown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(shown.Headers.CacheControl!.NoStore);
        Assert.Equal("show-to-new-host", _gateway.Vault.Purposes.Last());
        Assert.Equal(HttpStatusCode.Gone, (await people.PostAsync(link, null)).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await people.GetAsync(link)).StatusCode);
        var audit = await (await _gateway.Client().GetAsync("/api/v1/audit?limit=200")).Content.ReadAsStringAsync();
        Assert.Contains("make-host-link", audit, StringComparison.Ordinal);
        Assert.Contains("the login of the old place was shown", audit, StringComparison.Ordinal);
        Assert.DoesNotContain(_gateway.Logged.Lines, l => l.Contains("s3cret", StringComparison.Ordinal) || l.Contains(link.Segments[^1], StringComparison.Ordinal));
        Assert.True(_gateway.Vault.Stored.ContainsKey(credential));
    }

    [Fact]
    public async Task The_access_ends_with_the_due_date_and_when_the_host_said_that_it_is_moved()
    {
        await SeedHostAsync(_time.GetUtcNow().AddDays(3));
        var made = await (await _gateway.Client().PostAsync($"/api/v1/items/{_item}/host-link", null, "h")).JsonAsync();
        var link = new Uri(made.GetProperty("url").GetString()!);
        await PublishAsync(2, null, new HostMove("Host", "by letter of 2 March", "alice", Says.Start, _time.GetUtcNow().AddDays(3), _time.GetUtcNow()));
        Assert.Equal(HttpStatusCode.Gone, (await _gateway.Anonymous().PostAsync(link, null)).StatusCode);
        await PublishAsync(3, null, new HostMove("Host", "by letter of 2 March", "alice", Says.Start, _time.GetUtcNow().AddDays(3)));
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Anonymous().GetAsync(link)).StatusCode);
        _time.Advance(TimeSpan.FromDays(3.1));
        Assert.Equal(HttpStatusCode.Gone, (await _gateway.Anonymous().GetAsync(link)).StatusCode);
    }

    async Task SeedArchiveAsync()
    {
        var folder = Path.Combine(_archives, _migration.ToString("N"), _item.ToString("N"), "parts");
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, "archive-001.tar"), _content);
        ArchivePart part = new("archive-001.tar", _content.Length, Convert.ToHexStringLower(SHA256.HashData(_content)));
        await PublishAsync(1, new ItemArchive(9, 280_000, null, true, new string('a', 64), [part], Says.Start), null);
    }

    async Task<Guid> SeedHostAsync(DateTimeOffset due)
    {
        var credential = Guid.CreateVersion7();
        _gateway.Vault.Stored[credential] = (_member, "s3cret<&>", 1);
        await PublishAsync(1, null, new HostMove("Host", "by letter of 2 March", "alice", Says.Start, due), credential);
        return credential;
    }

    async Task PublishAsync(int version, ItemArchive? archive, HostMove? host, Guid? credential = null)
    {
        var source = Says.End(credential ?? (await _gateway.QueryAsync(db => db.Items.AsNoTracking().FirstOrDefaultAsync(i => i.Id == _item)))?.Source?.CredentialId ?? Guid.CreateVersion7());
        await _gateway.PublishAsync(Says.Item(_migration, _item, version: version, source: source) with { Arrangement = new ItemArrangement(MailboxStrategy.MoveAll, null, null, host, archive) });
        await Eventually.TrueAsync("the board knows", () => _gateway.QueryAsync(db => db.Items.AnyAsync(i => i.Id == _item && i.Version == version)));
    }

    async Task<HttpResponseMessage> GetAsync(Uri link, long from, long? to, EntityTagHeaderValue? ifRange = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, link);
        request.Headers.Range = new RangeHeaderValue(from, to);
        if (ifRange is not null)
            request.Headers.IfRange = new RangeConditionHeaderValue(ifRange);
        return await _gateway.Anonymous().SendAsync(request);
    }
}

using System.Net;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Commands;

/// <summary>Who may say what before a mailing list leaves: staff invite, the host asks with its own key, the member consents with theirs.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "lists-26")]
[Trait("Requirement", "lists-27")]
public sealed class ListExportTests : IAsyncLifetime
{
    const string Checked = "called back at its published number";
    const string Words = "Yes, our general assembly decided it.";
    static readonly object Sheet = new { software = "Sympa", version = "6.2.72", robot = "lists.dp.example", access = "Shell", signsDkim = true, rewritesForDmarc = true };
    static readonly object Request = new { scope = new[] { "People", "Archive" }, consent = "We keep it for the association only.", sheet = Sheet };
    static readonly object Invitation = new { host = "Domaine Public", identity = "domaine-public", @checked = Checked };
    TestGateway _gateway = null!;
    Guid _member, _list;

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync();
        _list = Guid.CreateVersion7();
        (_member, var migration) = await _gateway.SeedAsync("M1", MigrationState.Preparing, "invite-host", "request-export", "consent-to-export");
        await _gateway.PublishAsync(Says.Item(migration, _list, "infos@lists.dp.example") with { Kind = ItemKind.MailingList });
        await Eventually.TrueAsync("the list is there", () => _gateway.QueryAsync(db => db.Items.AnyAsync()));
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Each_speaks_with_their_own_key_and_in_their_own_part_only()
    {
        using var staff = _gateway.Client(await _gateway.KeyAsync("bob", Role.Staff));
        using var @operator = _gateway.Client();
        using var member = _gateway.Client(await _gateway.KeyAsync("the secretary", Role.Member, _member));
        using var host = _gateway.Client(await _gateway.KeyAsync("domaine-public", Role.Provider, _member));
        var consent = new { given = true, words = Words, request = new string('a', 64) };

        Assert.Equal("role-not-allowed", await (await host.PostAsync(Path("invite-host"), Invitation, "1")).ProblemAsync(403));
        foreach (var (client, name) in ((HttpClient, string)[])[(staff, "staff"), (@operator, "operator"), (member, "member")])
            Assert.Equal("role-not-allowed", await (await client.PostAsync(Path("request-export"), Request, "2" + name)).ProblemAsync(403));
        foreach (var (client, name) in ((HttpClient, string)[])[(staff, "staff"), (@operator, "operator"), (host, "host")])
            Assert.Equal("role-not-allowed", await (await client.PostAsync(Path("consent-to-export"), consent, "3" + name)).ProblemAsync(403));
        Assert.DoesNotContain(_gateway.Sent, static message => message is InviteHost or RequestExport or ConsentToExport);

        Assert.Equal(HttpStatusCode.Accepted, (await staff.PostAsync(Path("invite-host"), Invitation, "4")).StatusCode);
        Assert.Equal(("bob", "domaine-public", false), await _gateway.SentAsync<InviteHost>() is var invited ? (invited.Actor, invited.Identity, invited.ByMember) : default);
        Assert.Equal(HttpStatusCode.Accepted, (await member.PostAsync(Path("invite-host"), Invitation, "5")).StatusCode);
        Assert.True((await _gateway.SentAsync<InviteHost>(static m => m.Actor == "the secretary")).ByMember);
        Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync(Path("request-export"), Request, "6")).StatusCode);
        var asked = await _gateway.SentAsync<RequestExport>();
        Assert.Equal(("domaine-public", "lists.dp.example", HostAccess.Shell), (asked.Actor, asked.Sheet.Robot, asked.Sheet.Access));
        Assert.Equal([ListPart.People, ListPart.Archive], asked.Scope);
        Assert.Equal(HttpStatusCode.Accepted, (await member.PostAsync(Path("consent-to-export"), consent, "7")).StatusCode);
        Assert.Equal(("the secretary", true, Words), await _gateway.SentAsync<ConsentToExport>() is var said ? (said.Actor, said.Given, said.Words) : default);
    }

    [Fact]
    public async Task The_key_of_another_host_is_told_so_and_one_of_another_member_does_not_see_the_list()
    {
        using var other = _gateway.Client(await _gateway.KeyAsync("another-host", Role.Provider, _member));
        var taken = await other.PostAsync(Path("request-export"), Request, "1");
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        var asked = await _gateway.SentAsync<RequestExport>();
        Assert.Equal("another-host", asked.Actor);
        await _gateway.PublishAsync(new CommandRefused(asked.OperationId, "other-host", "Another host was chosen for this list: only that host itself may ask for it.", []));
        await Eventually.TrueAsync("the operation ends", async () => (await (await other.GetAsync(taken.Headers.Location)).JsonAsync()).Text("state") == "Refused");

        using var stranger = _gateway.Client(await _gateway.KeyAsync("domaine-public", Role.Provider, Guid.CreateVersion7()));
        Assert.Equal("not-found", await (await stranger.PostAsync(Path("request-export"), Request, "2")).ProblemAsync(404));
    }

    [Fact]
    public async Task A_request_without_its_sheet_or_scope_is_not_taken()
    {
        using var host = _gateway.Client(await _gateway.KeyAsync("domaine-public", Role.Provider, _member));
        Assert.Equal("invalid", await (await host.PostAsync(Path("request-export"), new { scope = new[] { "People" }, consent = "We keep it for the association only." }, "1")).ProblemAsync(422));
        Assert.Equal("invalid", await (await host.PostAsync(Path("request-export"), new { scope = Array.Empty<string>(), consent = "We keep it for the association only.", sheet = Sheet }, "2")).ProblemAsync(422));
        Assert.Equal("invalid", await (await host.PostAsync(Path("request-export"), new { scope = new[] { "People" }, consent = "ok", sheet = Sheet }, "3")).ProblemAsync(422));
    }

    string Path(string verb) => $"/api/v1/items/{_list}/commands/{verb}";
}

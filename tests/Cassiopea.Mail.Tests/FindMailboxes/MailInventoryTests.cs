using Cassiopea.Contracts;

namespace Cassiopea.Mail.Tests;

public sealed class MailInventoryTests : IDisposable
{
    private const string Header = "member;mailbox;host;port;tls;login;bytes;last_used\n";
    private static readonly Guid Migration = Guid.CreateVersion7();
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"inventory-{Guid.NewGuid():N}.csv");

    [Fact]
    public async Task Mailboxes_of_the_member_are_found_with_their_place_size_and_last_use()
    {
        var answer = await FindAsync(Header
            + "M0042;info@exemple.be;imap.exemple.be;993;implicit;info;1048576;2026-03-31T08:00:00Z\n"
            + "m0042;\"tresorier@exemple.be\";pop.exemple.be;110;starttls;;;\n"
            + "M0043;autre@exemple.be;imap.exemple.be;143;none;autre;1;\n");
        Assert.Equal(SurveyOutcome.Found, answer.Outcome);
        Assert.Equal(["info@exemple.be", "tresorier@exemple.be"], answer.Items.Select(i => i.Name));
        var info = answer.Items[0];
        Assert.Equal((1048576L, new DateTimeOffset(2026, 3, 31, 8, 0, 0, TimeSpan.Zero)), (info.Bytes, info.LastUsedAt));
        Assert.Equal(("imap", "imap.exemple.be", 993, TlsPolicy.Implicit, "info"), (info.Source!.Protocol, info.Source.Host, info.Source.Port, info.Source.Tls, info.Source.Login));
        Assert.Equal(("pop3", "tresorier@exemple.be"), (answer.Items[1].Source!.Protocol, answer.Items[1].Source!.Login));
        Assert.Null(answer.Items[1].Bytes);
    }

    [Fact]
    public async Task Found_twice_a_mailbox_keeps_the_ids_of_its_endpoint_and_credential()
    {
        const string line = "M0042;info@exemple.be;imap.exemple.be;993;implicit;info;;\n";
        var (first, second) = (await FindAsync(Header + line), await FindAsync(Header + line));
        Assert.Equal(first.Items[0].Source, second.Items[0].Source);
        Assert.NotEqual(first.Items[0].Source!.EndpointId, first.Items[0].Source!.CredentialId);
    }

    [Fact]
    public async Task A_declared_mailbox_counts_as_found_and_is_listed_once()
    {
        var declared = new FoundItem(ItemKind.Mailbox, "INFO@exemple.be", null, null, null);
        var other = new FoundItem(ItemKind.Mailbox, "autre@exemple.be", null, null, null);
        var answer = await FindAsync(Header + "M0042;info@exemple.be;imap.exemple.be;993;implicit;info;7;\n", declared, other);
        Assert.Equal(2, answer.Items.Count);
        Assert.Equal(7, answer.Items.Single(i => i.Name.Equals("info@exemple.be", StringComparison.OrdinalIgnoreCase)).Bytes);
    }

    [Fact]
    public async Task A_member_without_mailbox_in_the_inventory_has_nothing() =>
        Assert.Equal(SurveyOutcome.Nothing, (await FindAsync(Header + "M0043;autre@exemple.be;;;;;;\n")).Outcome);

    [Fact]
    public async Task Without_inventory_and_declaration_nobody_has_looked()
    {
        var answer = await Inventory("").FindAsync(Migration, "M0042", [], default);
        Assert.Equal((SurveyOutcome.NotSurveyed, FailureCode.NotSurveyed), (answer.Outcome, answer.Failure?.Code));
    }

    [Fact]
    public async Task Without_inventory_declared_mailboxes_are_found()
    {
        var answer = await Inventory("").FindAsync(Migration, "M0042", [new(ItemKind.Mailbox, "a@exemple.be", null, null, null)], default);
        Assert.Equal((SurveyOutcome.Found, 1), (answer.Outcome, answer.Items.Count));
    }

    [Theory]
    [InlineData("wrong;header\n", "Line 1")]
    [InlineData("", "Line 1")]
    [InlineData(Header + "M0042;info@exemple.be;h;port;implicit;;;\n", "Line 2: port")]
    [InlineData(Header + "M0042;info@exemple.be;h;99999;implicit;;;\n", "Line 2: port")]
    [InlineData(Header + "M0042;info@exemple.be;h;993;maybe;;;\n", "Line 2: tls")]
    [InlineData(Header + "M0042;info@exemple.be;h;993;implicit;;-1;\n", "Line 2: bytes")]
    [InlineData(Header + "M0042;info@exemple.be;h;993;implicit;;;yesterday\n", "Line 2: last_used")]
    [InlineData(Header + "M0042;info\n", "Line 2: 2 fields")]
    [InlineData(Header + ";info@exemple.be;;;;;;\n", "Line 2: member")]
    [InlineData(Header + "M0043;x;;;;;;\n", "Line 2: member")]
    public async Task A_broken_inventory_is_not_taken_for_an_empty_one(string content, string problem)
    {
        var answer = await FindAsync(content);
        Assert.Equal(SurveyOutcome.NotSurveyed, answer.Outcome);
        Assert.Contains(problem, answer.Failure!.Text, StringComparison.Ordinal);
        Assert.Empty(answer.Items);
    }

    [Fact]
    public async Task An_inventory_that_is_not_there_is_not_taken_for_an_empty_one()
    {
        var answer = await Inventory(_file).FindAsync(Migration, "M0042", [], default);
        Assert.Equal(SurveyOutcome.NotSurveyed, answer.Outcome);
        Assert.DoesNotContain(_file, answer.Failure!.Text, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);

    private async Task<ServiceSurveyed> FindAsync(string content, params FoundItem[] declared)
    {
        await File.WriteAllTextAsync(_file, content);
        return await Inventory(_file).FindAsync(Migration, "M0042", declared, default);
    }

    private static MemberInventory Inventory(string file) => new(FindMailboxesConsumer.Form, file, TimeProvider.System);
}

using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Tests.Mailbox;

[Trait("Requirement", "mail-R6")]
public sealed class FolderMappingTests
{
    private static readonly NameStyle Courier = new("INBOX.", '.');
    private static readonly NameStyle Modern = new("", '/');

    [Theory]
    [InlineData("INBOX", "INBOX")]
    [InlineData("INBOX.Clients", "Clients")]
    [InlineData("INBOX.a.b", "a/b")]
    [InlineData("INBOX.a/b", "a%2Fb")]
    [InlineData("INBOX.percent%", "percent%")]
    [InlineData("INBOX.a%2Fb", "a%252Fb")]
    [InlineData("INBOX.&AMk-t&AOk-", "&AMk-t&AOk-")]
    [InlineData("INBOX.inbox", "inbox (2)")]
    [InlineData("INBOX.INBOX.x", "INBOX/x")]
    public void Names_are_written_in_the_target_s_manner(string source, string target) =>
        Assert.Equal(target, Map(Courier, Modern, [source]).Single(map => map.Source.Name == source).Target);

    [Theory]
    [InlineData("Clients", "INBOX.Clients")]
    [InlineData("a/b", "INBOX.a.b")]
    [InlineData("a.b", "INBOX.a%2Eb")]
    [InlineData("INBOX/Sub", "INBOX.Sub")]
    public void There_is_no_INBOX_below_INBOX(string source, string target) =>
        Assert.Equal(target, Map(Modern, Courier, [source]).Single(map => map.Source.Name == source).Target);

    [Fact]
    public void Escaping_is_reversible_and_free_of_collisions_on_twenty_thousand_random_names()
    {
        var random = new Random(6);
        const string likely = "%%225EF./ab";
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < 20_000; i++)
        {
            var name = new string([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => likely[random.Next(likely.Length)])]);
            var escaped = NameStyle.Escape(name, '/');
            Assert.DoesNotContain('/', escaped);
            Assert.Equal(name, NameStyle.Unescape(escaped, '/'));
            if (seen.TryGetValue(escaped, out var other)) Assert.Equal(other, name);
            seen[escaped] = name;
        }
    }

    [Fact]
    [Trait("Requirement", "mail-R7")]
    public void A_special_use_goes_to_the_target_s_folder_of_that_use_with_its_children()
    {
        ListedFolder[] target = [new("INBOX", '/'), new("Sent Items", '/') { Use = SpecialUse.Sent }, new("Corbeille", '/')];
        ListedFolder[] source = [new("INBOX", '.'), new("INBOX.Envoy&AOk-s", '.'), new("INBOX.Envoy&AOk-s.2020", '.'), new("INBOX.Poubelle", '.') { Use = SpecialUse.Trash }, new("INBOX.Sent Items", '.')];
        var mapped = new FolderMapping(new(), Courier, Modern, target).Map(source, static _ => null).ToDictionary(static map => map.Source.Name, static map => map.Target, StringComparer.Ordinal);
        Assert.Equal("Corbeille", mapped["INBOX.Poubelle"]);

        // "Envoyés" and "Sent Items" are both names of the sent folder: the first one goes there with its children, the other keeps its own.
        Assert.Equal("Sent Items", mapped["INBOX.Envoy&AOk-s"]);
        Assert.Equal("Sent Items/2020", mapped["INBOX.Envoy&AOk-s.2020"]);
        Assert.Equal("Sent Items (2)", mapped["INBOX.Sent Items"]);
    }

    [Fact]
    public void A_given_map_wins_and_two_folders_never_share_one()
    {
        var options = new MailboxTransferOptions { FolderMap = new Dictionary<string, string>(StringComparer.Ordinal) { ["Old"] = "Archive/Old", ["Other"] = "Archive/Old" } };
        ListedFolder[] source = [new("INBOX", '.'), new("INBOX.Old", '.'), new("INBOX.Old.x", '.'), new("INBOX.Other", '.')];
        var mapped = new FolderMapping(options, Courier, Modern, []).Map(source, static _ => null);
        Assert.Equal(["Archive/Old", "Archive/Old (2)", "Archive/Old/x", "INBOX"], mapped.Select(static map => map.Target).Order(StringComparer.Ordinal));
        Assert.Equal(mapped.Count, mapped.Select(static map => map.Target).Distinct(StringComparer.Ordinal).Count());
    }

    private static List<MappedFolder> Map(NameStyle from, NameStyle to, string[] names) =>
        new FolderMapping(new(), from, to, []).Map([new("INBOX", from.Separator), .. names.Where(static name => name != "INBOX").Select(name => new ListedFolder(name, from.Separator))], static _ => null);
}

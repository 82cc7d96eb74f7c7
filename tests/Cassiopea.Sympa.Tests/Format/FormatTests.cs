using System.Formats.Tar;
using System.Text;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Tests.Format;

public sealed class FormatTests
{
    private static readonly ListAddress Old = new("infos", "old.test");
    private static readonly ListAddress New = new("nouvelles", "new.test");

    [Fact]
    [Trait("Requirement", "lists-2")]
    public void Any_octets_come_back_as_they_were()
    {
        var random = new Random(7);
        var parts = (string[])["subject ", "\n", "\r\n", "\n\n", "#", "owner\n", "é", " ", "\t", "email a@b.c", "\0", "status closed"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
            var octets = random.Next(3) == 0 ? Encoding.Latin1.GetBytes(text) : Encoding.UTF8.GetBytes(text);
            var file = ParagraphFile.Parse(octets);
            Assert.Equal(octets, file.ToOctets());
            _ = new ListConfig(file).Meaning();
            _ = new ListConfig(file).Findings().ToList();
            _ = Dump.Read(octets);
        }
    }

    [Fact]
    [Trait("Requirement", "lists-2")]
    public void Two_parameters_in_one_paragraph_are_told_with_their_line()
    {
        var config = ListConfig.Parse("lang fr\n\nsubject Fête\nstatus closed\n\n"u8);
        var finding = Assert.Single(config.Findings());
        Assert.Equal(("two-in-a-paragraph", 3), (finding.Code, finding.Line));
        Assert.Null(config.Value("status"));
    }

    [Fact]
    [Trait("Requirement", "lists-21")]
    public void A_config_for_the_new_host_is_closed_and_names_the_new_addresses()
    {
        var old = ListConfig.Parse("subject Infos\n\nfamily_name toutes\n\nstatus open\n\ninclude_list membres@old.test\n\nreply_to_header\nvalue other_email\nother_email infos-request@old.test\n\nserial 4\n"u8);
        var config = ListConfig.ForTarget(old, Old, New);
        Assert.Equal("closed", config.Value("status"));
        Assert.Equal("nouvelles-request@new.test", config.Value("reply_to_header", "other_email"));
        Assert.Equal("membres@new.test", config.Value("include_list"));
        Assert.Null(config.Value("family_name"));
        Assert.Empty(config.Findings());
        Assert.Equal("status closed", config.File.ToString().Trim().Split("\n\n")[^1]);
    }

    [Fact]
    [Trait("Requirement", "lists-3")]
    public void Owners_written_in_an_old_config_are_read()
    {
        var config = ListConfig.Parse("owner\nemail Zoe@Asbl.example\ngecos Zoé\nprofile privileged\n\neditor\nemail m@asbl.example\nreception nomail\n\nowner\nemail noel@asbl.example\n"u8);
        Assert.Equal(["zoe@asbl.example", "noel@asbl.example"], config.People("owner").Select(static one => one.Address));
        Assert.Equal("nomail", config.People("editor")[0]["reception"]);
        Assert.Contains("subscribers.db.dump", Dump.FileNames("member"));
    }

    [Fact]
    [Trait("Requirement", "lists-9")]
    public void Addresses_that_differ_by_case_are_one_and_tags_are_not_dropped()
    {
        var people = Dump.Read("email A@b.test\ngecos first\n\nemail a@b.test\ngecos second\n\nemail a+x@b.test\n\ngecos nobody\n"u8);
        Assert.Equal(["a@b.test", "a+x@b.test"], people.Select(static one => one.Address));
        Assert.Equal("first", people[0]["gecos"]);
    }

    [Theory]
    [Trait("Requirement", "lists-8")]
    [InlineData(null, "mail", null, "added")]
    [InlineData("mail", "mail", null, "kept-out")]
    [InlineData("mail", "nomail", "mail", "changed")]
    [InlineData("mail", "nomail", "digest", "same")]
    [InlineData("mail", null, "mail", "removed")]
    [InlineData("mail", null, "digest", "same")]
    [InlineData(null, null, "mail", "same")]
    [InlineData(null, "mail", "digest", "same")]
    [InlineData("mail", "mail", "digest", "same")]
    public void What_people_did_at_the_new_list_wins(string? last, string? source, string? target, string expected)
    {
        var merge = PeopleMerge.Of(One(last), One(source), One(target), new HashSet<string>());
        Assert.Equal(expected, merge switch
        {
            { Added.Count: 1 } => "added",
            { Changed.Count: 1 } => "changed",
            { Removed.Count: 1 } => "removed",
            { KeptOut.Count: 1 } => "kept-out",
            _ => "same",
        });
        var there = expected switch { "added" or "changed" => source, "same" => target, _ => null };
        Assert.Equal(there, merge.People.SingleOrDefault()?["reception"]);
    }

    [Fact]
    [Trait("Requirement", "lists-8")]
    public void Who_is_excluded_at_either_end_is_not_added()
    {
        var merge = PeopleMerge.Of([], One("mail"), [], new HashSet<string> { "a@b.test" });
        Assert.Equal(["a@b.test"], merge.KeptOut);
        Assert.Empty(merge.People);
    }

    [Theory]
    [Trait("Requirement", "lists-36")]
    [InlineData("../out", TarEntryType.RegularFile)]
    [InlineData("/etc/out", TarEntryType.RegularFile)]
    [InlineData("a/../../out", TarEntryType.RegularFile)]
    [InlineData("link", TarEntryType.SymbolicLink)]
    [InlineData("link", TarEntryType.HardLink)]
    [InlineData("pipe", TarEntryType.Fifo)]
    public async Task An_archive_that_would_leave_its_folder_is_refused(string name, TarEntryType type)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            var entry = new PaxTarEntry(type, name);
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = "/etc/passwd";
            if (type is TarEntryType.RegularFile) entry.DataStream = new MemoryStream([1]);
            await writer.WriteEntryAsync(entry, TestContext.Current.CancellationToken);
        }

        tar.Position = 0;
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var refused = await Assert.ThrowsAsync<TransferException>(() => SafeTar.ExtractAsync(tar, folder.FullName, new(), TestContext.Current.CancellationToken));
            Assert.Equal(TransferFailureKind.Refused, refused.Kind);
            Assert.Empty(folder.EnumerateFileSystemInfos());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("-rf@old.test")]
    [InlineData("../x@old.test")]
    [InlineData("a b@old.test")]
    [InlineData("a'@old.test")]
    [InlineData("infos")]
    [InlineData("infos@")]
    public void What_could_be_a_path_or_an_option_is_no_list(string text) => Assert.Throws<FormatException>(() => ListAddress.Parse(text));

    private static DumpEntry[] One(string? reception) => reception is null ? [] : [new([("email", "a@b.test"), ("reception", reception)])];
}

namespace Cassiopea.Mail.Tests;

/// <summary>Maps, imports, scripts and cards of the old host: what they say, and that no file breaks us.</summary>
public sealed class ParserTests
{
    [Fact]
    public async Task A_virtual_alias_map_gives_aliases_forwards_and_catch_alls()
    {
        const string map = """
            # comment
            asbl.example    anything
            Info@asbl.example  anne@asbl.example
            contact@asbl.example
                anne@asbl.example,
              # a comment between
                Bob@asbl.example
            news@asbl.example  someone@elsewhere.example
            @asbl.example  anne@asbl.example
            "two words"@asbl.example anne@asbl.example
            """;
        var routes = await VirtualAliasMap.ReadAsync(new StringReader(map), default);
        Assert.Equal(
            ["Alias info@asbl.example anne@asbl.example", "Alias contact@asbl.example anne@asbl.example bob@asbl.example", "Forward news@asbl.example someone@elsewhere.example", "CatchAll @asbl.example anne@asbl.example", "Alias two words@asbl.example anne@asbl.example"],
            routes.Select(r => $"{r.Kind} {r.Address} {string.Join(' ', r.Targets)}"));
        var again = await RoutesCsv.ReadAsync(new StringReader(RoutesCsv.Write(routes)), default);
        Assert.Equal(routes.Select(r => (r.Kind, r.Address, r.Targets.Count)), again.Select(r => (r.Kind, r.Address, r.Targets.Count)));
    }

    [Fact]
    public async Task A_line_without_an_address_is_named()
    {
        var wrong = await Assert.ThrowsAsync<InventoryException>(() => VirtualAliasMap.ReadAsync(new StringReader("a@b.example c@b.example\n\nd@b.example\n"), default));
        Assert.StartsWith("Line 3:", wrong.Message, StringComparison.Ordinal);
        wrong = await Assert.ThrowsAsync<InventoryException>(() => RoutesCsv.ReadAsync(new StringReader("kind;address;targets\nother;a@b.example;c@b.example\n"), default));
        Assert.StartsWith("Line 2:", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Automatic_replies_are_found_in_a_script_whatever_surrounds_them()
    {
        const string script = """"
            require ["fileinto", "vacation"]; # vacation "no"
            /* vacation "no"; */
            if header :contains "subject" "vacation" { fileinto "vacation"; }
            if true {
              vacation :days 7 :addresses ["a@asbl.example", "b@asbl.example"] :subject "Absente \"en mars\"" :from "Anne <anne@asbl.example>" text:
            Bonjour,
            ..point
            .
            ;
            }
            vacation "Second";
            """";
        var replies = SieveVacation.Find(script.Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Equal(2, replies.Count);
        Assert.Equal((7, "Absente \"en mars\"", "Anne <anne@asbl.example>", "Bonjour,\n.point\n"), (replies[0].Days, replies[0].Subject, replies[0].From, replies[0].Text));
        Assert.Equal(["a@asbl.example", "b@asbl.example"], replies[0].Addresses);
        Assert.Equal(("Second", (int?)null), (replies[1].Text, replies[1].Days));
    }

    [Fact]
    public void Cards_keep_their_lines_and_are_folded_by_octets()
    {
        var note = string.Concat(Enumerable.Repeat("déjà vu, ", 30));
        var text = $"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Zoé \\; Cie\r\nitem1.EMAIL;TYPE=\"work:x\":zoe@asbl.example\r\nNOTE:{note[..40]}\r\n {note[40..]}\r\nEND:VCARD\r\nBEGIN:VCARD\nVERSION:3.0\nFN:=1+1\nEND:VCARD\nBEGIN:VCARD\nFN:cut";
        var cards = VCard.Read(text);
        Assert.Equal(2, cards.Count);
        Assert.Equal(("Zoé ; Cie", "zoe@asbl.example", note), (cards[0].First("FN"), cards[0].All("EMAIL"), cards[0].First("NOTE")));
        var written = VCard.Write(cards);
        Assert.All(written.Split("\r\n"), line => Assert.True(System.Text.Encoding.UTF8.GetByteCount(line) <= 75, line));
        Assert.Equal(cards.Select(c => string.Join('\n', c.Lines)), VCard.Read(written).Select(c => string.Join('\n', c.Lines)));
        Assert.Contains("\"'=1+1\"", VCard.WriteCsv(cards), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_file_breaks_a_parser()
    {
        string[] pieces =
        [
            "BEGIN:VCARD", "END:VCARD", "\r\n", "\n", " ", "\t", "FN:", "\\", "\"", ";", ":", ",", "[", "]", "{", "}", "vacation", ":subject", ":days", ":addresses", "text:", "text:\n.", ".\n",
            "/*", "*/", "#", "@", "a@b.example", "kind;address;targets\n", "alias;", "7", "\0", "\uFEFF", "\u00e9", "\ud83d",
        ];
        Random random = new(11);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(25)).Select(_ => pieces[random.Next(pieces.Length)]));
            _ = SieveVacation.Find(text);
            var cards = VCard.Read(text);
            _ = VCard.WriteCsv(cards);
            _ = VCard.Read(VCard.Write(cards));
            foreach (var read in new Func<TextReader, Task<List<MailRoute>>>[] { r => VirtualAliasMap.ReadAsync(r, default), r => RoutesCsv.ReadAsync(r, default) })
            {
                try
                {
                    await read(new StringReader(text));
                }
                catch (InventoryException)
                {
                    // told with its line
                }
            }
        }
    }
}

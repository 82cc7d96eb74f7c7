using System.Globalization;
using System.Text;
using Cassiopea.Imap.Archive.Index;

namespace Cassiopea.Imap.Tests.Archive;

[Trait("Requirement", "mail-R24")]
public sealed class HeaderTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=?UTF-8?Q?R=C3=A9union_d'=C3=A9t=C3=A9?=", "Réunion d'été")]
    [InlineData("=?utf-8?B?UsOpdW5pb24=?=", "Réunion")]
    [InlineData("=?utf-8?B?UsOpdW5pb24?=", "Réunion")]
    [InlineData("=?iso-8859-1?Q?=E9t=E9?= et =?windows-1252?Q?prix_5_=80?=", "été et prix 5 €")]
    [InlineData("=?ISO-8859-1?Q?a=96b?=", "a–b")]
    [InlineData("=?utf-8?B?w6nDqcM=?=\t =?utf-8?B?qQ==?=", "ééé")]
    [InlineData("=?utf-8*fr-BE?Q?caf=C3=A9?= =?utf-8?Q?_noir?=", "café noir")]
    [InlineData("=?koi8-r?B?8NLJ18XU?=", "Привет")]
    [InlineData("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本")]
    [InlineData("=?x-unknown?Q?=E9t=E9?=", "été")]
    [InlineData("=?utf-7?Q?+ADw-script+AD4-?=", "+ADw-script+AD4-")]
    [InlineData("=?utf-8?B?not base64 at all!?=", "=?utf-8?B?not base64 at all!?=")]
    [InlineData("=?", "=?")]
    [InlineData("a =?utf-8?Q?", "a =?utf-8?Q?")]
    [InlineData("a\u202egpj.exe\0\u001b[31m", "agpj.exe [31m")]
    public void Encoded_words_are_read_and_what_is_none_stays(string field, string text) =>
        Assert.Equal(text, HeaderText.Decode(Encoding.UTF8.GetBytes(field)));

    [Fact]
    public void Raw_octets_are_UTF_8_or_else_windows_1252()
    {
        Assert.Equal("Réunion 📧", HeaderText.Decode("Réunion 📧"u8));
        Assert.Equal("Réunion d'été", HeaderText.Decode(Encoding.Latin1.GetBytes("Réunion d'été")));
        Assert.Equal("5 €", HeaderText.Decode([(byte)'5', (byte)' ', 0x80]));
    }

    [Fact]
    public void A_head_gives_the_first_subject_and_sender_unfolded()
    {
        var head = MessageHead.Parse("From moi Sat Jan  1 2011\r\nX: y\r\nsubject : =?utf-8?Q?un?=\r\n =?utf-8?Q?_deux?=\r\nFrom: \"Dupont, \\\"Jo\\\"\" <jo@asbl.example>\r\nSubject: other\r\n\r\nFrom: body\r\n"u8);
        Assert.Equal(new MessageHead("Dupont, \"Jo\" <jo@asbl.example>", "un deux"), head);
        Assert.Equal(new MessageHead("", ""), MessageHead.Parse("\nSubject: in the body\n"u8));
    }

    [Fact]
    [Trait("Requirement", "mail-R21")]
    public void Twenty_thousand_random_header_lines_give_a_text_without_controls()
    {
        var random = new Random(25);
        string[] pieces = ["=?", "?=", "utf-8", "iso-8859-1", "windows-1252", "gb18030", "iso-2022-jp", "utf-16", "utf-7", "?Q?", "?B?", "?b?", "=C3", "=", "_", "4pyT", "\r\n ", "\t", "<script>", "*fr", "é", "\u202e", "Subject:", "From:", "\n\n"];
        for (var round = 0; round < 20_000; round++)
        {
            using var line = new MemoryStream();
            line.Write(random.Next(2) == 0 ? "Subject: "u8 : "From:"u8);
            for (var count = random.Next(24); count > 0; count--)
            {
                if (random.Next(4) == 0) line.WriteByte((byte)random.Next(256));
                else line.Write(Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
            }

            var octets = line.ToArray();
            var head = MessageHead.Parse(octets);
            foreach (var text in (string[])[head.Subject, head.From, HeaderText.Decode(octets)])
            {
                Assert.InRange(text.Length, 0, 310);
                Assert.DoesNotContain(text, static letter => char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format && letter != '\u200d');
            }
        }
    }
}

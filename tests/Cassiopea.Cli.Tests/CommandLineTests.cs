using Cassiopea.Cli.Api;

namespace Cassiopea.Cli.Tests;

public sealed class CommandLineTests
{
    private static readonly Command Row = new("migration cutover", "", "--opens-at= --yes", (_, _) => Task.FromResult(0));

    [Fact]
    public void Words_options_and_switches_are_told_apart()
    {
        var line = CommandLine.Parse(Row, ["M0042", "--opens-at=2026-03-02T22:00:00Z", "--yes"]);
        Assert.Equal(["M0042"], line.Words);
        Assert.Equal("2026-03-02T22:00:00Z", line.Value("--opens-at"));
        Assert.True(line.Has("--yes"));
    }

    [Theory]
    [InlineData("--unknown")]
    [InlineData("--opens-at")]
    [InlineData("--yes=1")]
    public void What_is_not_understood_is_refused(string word) => Assert.Throws<UsageException>(() => CommandLine.Parse(Row, [word]));

    [Fact]
    public void Every_command_has_a_name_of_its_own_and_a_summary() =>
        Assert.All(ApiCommands.All, command =>
        {
            Assert.Single(ApiCommands.All, other => other.Name == command.Name);
            Assert.InRange(command.Summary.Length, 5, 160);
        });

    [Theory]
    [InlineData("imap://info%40old.example@imap.old.example/", "info@old.example", 993, "Implicit")]
    [InlineData("imap://info@imap.old.example:143/?tls=starttls", "info", 143, "StartTls")]
    [InlineData("mysql://site@db.old.example/", "site", 3306, "StartTls")]
    [InlineData("ftp://site@ftp.old.example/?tls=none", "site", 21, "None")]
    public void An_end_is_read_from_its_address(string url, string login, int port, string tls)
    {
        var end = System.Text.Json.JsonSerializer.SerializeToElement(ItemCommands.End(url));
        Assert.Equal((login, port, tls), (end.Text("login"), (int)end.Number("port"), end.Text("tls")));
    }

    [Theory]
    [InlineData("imap://info:secret@imap.old.example/")]
    [InlineData("imap.old.example")]
    [InlineData("imap://info@imap.old.example/?tls=maybe")]
    public void An_end_with_a_password_or_without_form_is_refused(string url) => Assert.Throws<UsageException>(() => ItemCommands.End(url));

    [Theory]
    [InlineData("12.50", 1250)]
    [InlineData("12,5", 1250)]
    [InlineData("7", 700)]
    public void Amounts_become_cents(string text, long cents) => Assert.Equal(cents, InvoiceCommands.Cents(text));

    [Theory]
    [InlineData("12.505")]
    [InlineData("-1")]
    [InlineData("a")]
    public void Odd_amounts_are_refused(string text) => Assert.Throws<UsageException>(() => InvoiceCommands.Cents(text));

    [Theory]
    [InlineData("http://gateway.example")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("gateway")]
    public void A_key_does_not_travel_in_clear_text(string url) => Assert.Throws<UsageException>(() => Login.UrlOf(url));

    [Fact]
    public void This_machine_and_https_are_fine()
    {
        Assert.Equal("http://127.0.0.1:8480/", Login.UrlOf("http://127.0.0.1:8480").ToString());
        Assert.Equal("https://gateway.example/", Login.UrlOf("https://gateway.example/").ToString());
    }
}

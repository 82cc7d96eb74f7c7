namespace Cassiopea.Mail.Tests;

public sealed class LoginLineTests
{
    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Mar  1 09:18:45 mx dovecot: imap-login: Login: user=<Info@asbl.example>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.9, mpid=12, TLS, session=<a>", "2026-03-01T08:18:45Z", "Imap")]
    [InlineData("Mar 01 09:18:45 pop3-login: Info: Login: user=<info@asbl.example>, method=PLAIN, rip=::ffff:192.0.2.1, lip=192.0.2.9, session=<a>", "2026-03-01T08:18:45Z", "Pop3")]
    [InlineData("2026-03-01T09:18:45.123+01:00 mx dovecot: pop3-login: Info: Logged in: user=<info@asbl.example>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.9", "2026-03-01T08:18:45.123Z", "Pop3")]
    [InlineData("2026-03-01 09:18:45 imap-login: Info: Login: user=<info@asbl.example>, rip=192.0.2.1, lip=192.0.2.9", "2026-03-01T08:18:45Z", "Imap")]
    [InlineData("Dec 24 09:18:45 mx dovecot: imap-login: Login: user=<info@asbl.example>, rip=192.0.2.1, lip=192.0.2.9", "2025-12-24T08:18:45Z", "Imap")]
    [InlineData("Feb 29 09:18:45 mx dovecot: imap-login: Login: user=<info@asbl.example>, rip=192.0.2.1, lip=192.0.2.9", "2024-02-29T08:18:45Z", "Imap")]
    public void A_login_is_read_from_any_usual_log(string line, string at, string protocol)
    {
        var login = LoginLine.Parse(line, Now, Brussels)!.Value;
        Assert.Equal(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), login.At);
        Assert.Equal((protocol, "info@asbl.example"), (login.Protocol.ToString(), login.User));
        Assert.Equal(("192.0.2.1", "192.0.2.9"), (login.Remote?.ToString(), login.Local?.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Mar  1 09:18:45 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<info@asbl.example>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.9")]
    [InlineData("Mar  1 09:18:45 mx dovecot: imap-login: Login: user=<>, method=PLAIN, rip=192.0.2.1")]
    [InlineData("Mar  1 09:18:45 mx dovecot: managesieve-login: Login: user=<info@asbl.example>, rip=192.0.2.1, lip=192.0.2.9")]
    [InlineData("not a date at all, imap-login: Login: user=<info@asbl.example>, rip=192.0.2.1")]
    public void Other_lines_are_no_logins(string line) => Assert.Null(LoginLine.Parse(line, Now, Brussels));

    [Fact]
    public void No_text_throws()
    {
        string[] pieces = ["Mar  1 09:18:45 ", "2026-03-01T09:18:45", "2026-03-01 09", "imap-login: ", "pop3-login: Login: ", "Login: ", "user=<", ">", ", rip=", ", lip=", "192.0.2.1", "::1", "T", "+", "Z", " ", "\u2028", "\0"];
        Random random = new(7);
        for (var i = 0; i < 20_000; i++)
        {
            var line = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            _ = LoginLine.Parse(line, Now, Brussels);
        }
    }
}

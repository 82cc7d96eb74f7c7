using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Microsoft.Extensions.Options;

namespace Cassiopea.Mail.Tests;

public sealed class LoginLogTests : IDisposable
{
    private readonly string _folder = LabRoot.NewFolder("logins");
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Each_way_of_reading_is_told_apart_over_all_rotated_copies()
    {
        await WriteAsync("mail.log.2.gz", "2026-07-01T10:00:00Z mx dovecot: imap-login: Login: user=<a@x.example>, rip=192.0.2.1, lip=192.0.2.9");
        await WriteAsync("mail.log.1", "2026-10-01T10:00:00Z mx dovecot: pop3-login: Login: user=<b@x.example>, rip=192.0.2.1, lip=192.0.2.9");
        await WriteAsync(
            "mail.log",
            "2026-11-01T10:00:00Z mx dovecot: imap-login: Login: user=<A@x.example>, rip=192.0.2.80, lip=192.0.2.9",
            "2026-11-02T10:00:00Z mx dovecot: imap-login: Login: user=<a@x.example>, rip=192.0.2.1, lip=192.0.2.9",
            "2026-11-03T10:00:00Z mx dovecot: imap-login: Login: user=<a@x.example>, rip=2001:db8::5, lip=2001:db8::9");
        await File.WriteAllTextAsync(Path.Combine(_folder, "mail.login"), "another file", TestContext.Current.CancellationToken);
        var log = Log("192.0.2.80", "2001:db8::/64");

        var a = (await log.OfAsync("a@X.example", TestContext.Current.CancellationToken))!;
        Assert.Equal([("webmail", 2), ("imap", 1)], a.Logins.Select(l => (l.Protocol, l.Count)));
        Assert.Equal(new DateTimeOffset(2026, 11, 3, 10, 0, 0, TimeSpan.Zero), a.Logins[0].Last);
        Assert.Equal(_time.GetUtcNow().AddDays(-90), a.Since);
        Assert.Equal(["pop3"], (await log.OfAsync("b@x.example", TestContext.Current.CancellationToken))!.Logins.Select(l => l.Protocol));
        Assert.Empty((await log.OfAsync("c@x.example", TestContext.Current.CancellationToken))!.Logins);
    }

    [Fact]
    public async Task A_log_that_grew_is_read_again()
    {
        await WriteAsync("mail.log", "2026-11-01T10:00:00Z mx dovecot: imap-login: Login: user=<a@x.example>, rip=192.0.2.80, lip=192.0.2.9");
        var log = Log();
        Assert.Single((await log.OfAsync("a@x.example", TestContext.Current.CancellationToken))!.Logins);
        await File.AppendAllTextAsync(Path.Combine(_folder, "mail.log"), "2026-11-01T10:00:00Z mx dovecot: pop3-login: Login: user=<a@x.example>, rip=192.0.2.80, lip=192.0.2.9\n", TestContext.Current.CancellationToken);
        Assert.Equal(2, (await log.OfAsync("a@x.example", TestContext.Current.CancellationToken))!.Logins.Count);
    }

    [Fact]
    public async Task Without_a_log_the_protocol_is_unknown_and_a_missing_one_is_a_problem()
    {
        Assert.Null(await new LoginLog(Options.Create(new MailOptions()), _time).OfAsync("a@x.example", TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<FileNotFoundException>(() => Log().OfAsync("a@x.example", TestContext.Current.CancellationToken));
        Assert.Equal(["unknown", "ask-member"], ProtocolFacts.Of(null, null).Select(f => f.Value));
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task The_log_of_a_real_server_feeds_the_survey()
    {
        var old = await DovecotServer.SharedOldAsync();
        await using var host = await MailHost.StartAsync(("Mail:LoginLogFile", Path.Combine(old.Root, "log", "info.log")), ("Mail:LoginLogTimeZone", TimeZoneInfo.Local.Id));
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 6, 131));
        await EnterByPop3Async(old.Pop3Port, mailbox.From);
        ItemSurveyed surveyed = null!;
        var attempt = 0;
        await Eventually.TrueAsync(
            "both protocols in the log",
            async () =>
            {
                attempt++;
                surveyed = await host.AskAsync<SurveyMailbox, ItemSurveyed>(mailbox.Survey(attempt), e => e.ItemId == mailbox.Item && e.Attempt == attempt);
                return surveyed.Facts.Count(f => f.Name == "protocol-seen") == 2;
            },
            TimeSpan.FromSeconds(60));
        Assert.Equal(["imap", "pop3"], surveyed.Facts.Where(f => f.Name == "protocol-seen").Select(f => f.Value).Order());
        Assert.Contains(surveyed.Facts, f => f is { Name: "protocol-means", Value: "on-members-machine" });
        Assert.Contains(surveyed.Facts, f => f is { Name: "last-login-pop3" });
    }

    private static async Task EnterByPop3Async(int port, MailAccount account)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        foreach (var command in new[] { $"USER {account.User}", $"PASS {account.Password}", "QUIT" })
        {
            Assert.StartsWith("+OK", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            await writer.WriteLineAsync(command);
        }
    }

    private LoginLog Log(params string[] webmail) =>
        new(Options.Create(new MailOptions { LoginLogFile = Path.Combine(_folder, "mail.log"), WebmailAddresses = webmail }), _time);

    private async Task WriteAsync(string name, params string[] lines)
    {
        await using var file = File.Create(Path.Combine(_folder, name));
        await using Stream stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
    }
}

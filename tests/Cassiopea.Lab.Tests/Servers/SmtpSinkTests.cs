using System.Net.Mail;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Tests.Servers;

public sealed class SmtpSinkTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_keeps_what_a_real_client_sends()
    {
        await using var sink = SmtpSink.Start();
        using var client = new SmtpClient("127.0.0.1", sink.Port);
        using var message = new MailMessage("staff@asbl.example", "membre@asbl.example", "Sujet", "ligne\r\n.point\r\n");
        await client.SendMailAsync(message, Token);
        var mail = await sink.WaitForAsync(m => m.To.Contains("membre@asbl.example"), TimeSpan.FromSeconds(10), Token);
        Assert.Equal("staff@asbl.example", mail.From);
        Assert.Contains("point", mail.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_refuses_on_demand()
    {
        await using var sink = SmtpSink.Start();
        sink.Refusal = address => address.StartsWith("plein", StringComparison.Ordinal) ? "452 later" : null;
        using var client = new SmtpClient("127.0.0.1", sink.Port);
        await Assert.ThrowsAnyAsync<SmtpException>(() => client.SendMailAsync("a@asbl.example", "plein@asbl.example", "x", "y", Token));
        Assert.Empty(sink.Messages);
    }
}

using System.Globalization;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Pop3.Tests;

[Trait("Requirement", "mail-R16")]
public sealed class Pop3StatusTests
{
    [Theory]
    [InlineData("-ERR [IN-USE] Do you have another POP session running?", "PASS", TransferFailureKind.Passing, TransferCode.Throttled, 2)]
    [InlineData("-ERR [LOGIN-DELAY] minimum of 5 minutes between logins", "PASS", TransferFailureKind.Passing, TransferCode.Throttled, 300)]
    [InlineData("-ERR [LOGIN-DELAY]", "PASS", TransferFailureKind.Passing, TransferCode.Throttled, 30)]
    [InlineData("-ERR [SYS/TEMP] storage away", "RETR", TransferFailureKind.Passing, TransferCode.Throttled, null)]
    [InlineData("-ERR maildrop already locked", "PASS", TransferFailureKind.Passing, TransferCode.Throttled, null)]
    [InlineData("-ERR [AUTH] no", "PASS", TransferFailureKind.Refused, TransferCode.AuthenticationFailed, null)]
    [InlineData("-ERR sorry", "PASS", TransferFailureKind.Refused, TransferCode.AuthenticationFailed, null)]
    [InlineData("-ERR [SYS/PERM] broken index", "LIST", TransferFailureKind.Refused, TransferCode.PermissionDenied, null)]
    [InlineData("-ERR no such message", "RETR", TransferFailureKind.Refused, TransferCode.ItemRefused, null)]
    public void R22_a_refusal_means_what_its_code_says(string line, string command, TransferFailureKind kind, string code, int? seconds)
    {
        var refused = Pop3Status.Parse(line)!.Value.ToException(command);
        Assert.Equal((kind, code), (refused.Kind, refused.Code));
        Assert.Equal(seconds, refused.Backoff?.TotalSeconds);
    }

    [Theory]
    [InlineData("Received: from a by b; Tue, 3 Feb 2015 10:20:30 +0100 (CET)\r\nReceived: x; 1 Jan 2001 00:00:00 +0000\r\nDate: Mon, 2 Feb 2015 00:00:00 +0000\r\n\r\n", "2015-02-03T09:20:30Z")]
    [InlineData("Received: from a\r\n\tby b id (1; 2);\r\n  3 Feb 15 10:20 GMT\r\n\r\n", "2015-02-03T10:20:00Z")]
    [InlineData("Received: without a date\r\ndate : Mon, 2 Feb 2015 01:02:03 -0130\r\n\r\n", "2015-02-02T02:32:03Z")]
    [InlineData("Date: Sat, 30 Feb 2015 01:02:03 +0000\r\n\r\n", null)]
    [InlineData("Subject: none\r\n\r\nDate: 2 Feb 2015 01:02:03 +0000\r\n", null)]
    public void R22_the_date_is_that_of_the_top_Received_then_of_Date(string head, string? expected)
    {
        var date = MailDate.Received(System.Text.Encoding.Latin1.GetBytes(head));
        Assert.Equal(expected, date?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }
}

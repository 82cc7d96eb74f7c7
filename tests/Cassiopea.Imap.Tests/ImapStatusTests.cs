using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests;

[Trait("Requirement", "mail-R15")]
[Trait("Requirement", "mail-R16")]
public sealed class ImapStatusTests
{
    [Theory]
    [InlineData("[OVERQUOTA] Quota exceeded", TransferCode.OverQuota, TransferFailureKind.Refused)]
    [InlineData("Mailbox is full", TransferCode.OverQuota, TransferFailureKind.Refused)]
    [InlineData("[TOOBIG] no", TransferCode.TooBig, TransferFailureKind.Refused)]
    [InlineData("[LIMIT] Mail size is larger than the maximum size allowed", TransferCode.TooBig, TransferFailureKind.Refused)]
    [InlineData("[LIMIT] slow down", TransferCode.Throttled, TransferFailureKind.Passing)]
    [InlineData("[THROTTLED] wait", TransferCode.Throttled, TransferFailureKind.Passing)]
    [InlineData("[UNAVAILABLE] later", TransferCode.Throttled, TransferFailureKind.Passing)]
    [InlineData("[INUSE] later", TransferCode.Throttled, TransferFailureKind.Passing)]
    [InlineData("Too many simultaneous connections. (Failure)", TransferCode.Throttled, TransferFailureKind.Passing)]
    [InlineData("[NOPERM] no", TransferCode.PermissionDenied, TransferFailureKind.Refused)]
    [InlineData("[AUTHENTICATIONFAILED] no", TransferCode.AuthenticationFailed, TransferFailureKind.Refused)]
    [InlineData("Can't save a zero byte message", TransferCode.ItemRefused, TransferFailureKind.Refused)]
    public void A_refusal_has_the_code_and_the_kind_that_it_means(string text, string code, TransferFailureKind kind)
    {
        var refused = ImapStatus.Parse(StatusKind.No, Encoding.ASCII.GetBytes(text)).ToException(TransferSide.Target, "APPEND");
        Assert.Equal((code, kind, TransferSide.Target, true), (refused.Code, refused.Kind, refused.Side, refused.ConnectionUsable));
    }

    [Fact]
    public void The_time_that_a_server_asks_to_stay_away_is_understood()
    {
        var refused = ImapStatus.Parse(StatusKind.No, "Request is throttled. Suggested Backoff Time: 299609 milliseconds"u8).ToException(TransferSide.Target, "APPEND");
        Assert.Equal((TimeSpan.FromMilliseconds(299609), TransferCode.Throttled), (refused.Backoff, refused.Code));
    }

    [Fact]
    public void A_BAD_closes_the_connection_and_is_no_judgement_of_the_message()
    {
        var refused = ImapStatus.Parse(StatusKind.Bad, "Syntax"u8).ToException(TransferSide.Target, "APPEND");
        Assert.Equal((TransferCode.ProtocolBroken, TransferFailureKind.Broken, false), (refused.Code, refused.Kind, refused.ConnectionUsable));
    }

    [Fact]
    public void The_answer_to_an_append_gives_as_many_UIDs_as_were_sent_or_none()
    {
        var status = ImapStatus.Parse(StatusKind.Ok, "[APPENDUID 38505 3955:3957,4000] done"u8);
        Assert.Equal([3955u, 3956u, 3957u, 4000u], Commands.Append.AppendedUids(status, 38505, 4)!);
        Assert.Null(Commands.Append.AppendedUids(status, 38505, 3));
        Assert.Null(Commands.Append.AppendedUids(status, 1, 4));
        Assert.Null(Commands.Append.AppendedUids(ImapStatus.Parse(StatusKind.Ok, "[APPENDUID 38505 *] x"u8), 38505, 1));
    }
}

using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Wire;

/// <summary>What a server's refusal means, whoever spoke to it.</summary>
internal static class FtpRefusal
{
    /// <summary>Turned away before the login.</summary>
    public static SiteException Greeting(TransferSide side, FtpReply reply) =>
        new(side, TransferFailureKind.Passing, TransferCode.Throttled, $"The server turns us away: {reply.Code} {reply.Shown}", reply.Code);

    /// <summary>AUTH, or what stands in its place, is refused.</summary>
    public static SiteException NoTls(TransferSide side, FtpReply reply) =>
        new(side, TransferFailureKind.Refused, TransferCode.TlsNotOffered, $"The server does not start TLS: {reply.Code} {reply.Shown}", reply.Code);

    /// <summary>PROT P is refused.</summary>
    public static SiteException NoProtection(TransferSide side, FtpReply reply) =>
        new(side, TransferFailureKind.Refused, TransferCode.TlsNotOffered, $"The server does not protect data: {reply.Code} {reply.Shown}", reply.Code);

    /// <summary>The login is refused: for good, or because too many are in.</summary>
    public static SiteException Login(TransferSide side, FtpReply reply)
    {
        var crowded = reply.Passing || reply.Text.Contains("too many", StringComparison.OrdinalIgnoreCase) || reply.Text.Contains("maximum", StringComparison.OrdinalIgnoreCase);
        return crowded
            ? new(side, TransferFailureKind.Passing, TransferCode.Throttled, $"The server lets nobody more in: {reply.Code} {reply.Shown}", reply.Code)
            : new SiteException(side, TransferFailureKind.Refused, TransferCode.AuthenticationFailed, $"Login refused: {reply.Code} {reply.Shown}", reply.Code);
    }

    /// <summary>421: the session is over (RFC 959 §4.2.2).</summary>
    public static SiteException Ended(TransferSide side, FtpReply reply) =>
        new(side, TransferFailureKind.Passing, TransferCode.Throttled, $"The server ends the session: 421 {reply.Shown}", 421);

    /// <summary>REST is refused.</summary>
    public static SiteException NoRestart(TransferSide side, FtpReply reply) =>
        new(side, TransferFailureKind.Passing, TransferCode.NotExpressible, $"The server does not resume: {reply.Code} {reply.Shown}", reply.Code);

    /// <summary>EPSV or PASV is refused, or tells no port.</summary>
    public static SiteException NoPort(TransferSide side, FtpReply reply) =>
        new(side, TransferFailureKind.Passing, TransferCode.Throttled, $"The server has no port for data: {reply.Code} {reply.Shown}", 425, usable: true);

    /// <summary>A name that FTP cannot express.</summary>
    public static SiteException LineBreak(TransferSide side, ReadOnlySpan<byte> name) =>
        new(side, TransferFailureKind.Refused, TransferCode.NotExpressible, $"{SitePath.Text(name)}: FTP cannot express a name with a line break or NUL.", usable: true);

    /// <summary>A file whose size at the server is another than was sent.</summary>
    public static SiteException WrongSize(TransferSide side, SitePath part, long sent, FtpReply size) =>
        new(side, TransferFailureKind.Passing, TransferCode.ItemAltered, $"{part}: {sent} bytes were sent, the server has {size.Shown}.", usable: true);

    /// <summary>One thing is refused; the server listens on.</summary>
    public static SiteException Of(TransferSide side, FtpReply reply, SitePath path, string what)
    {
        var (kind, code) = Meaning(side, reply);
        return new(side, kind, code, $"{path} {what}: {reply.Code} {reply.Shown}", reply.Code, usable: true)
        {
            NotFound = reply.Code == 550 && !reply.Text.Contains("ermission", StringComparison.Ordinal),
        };
    }

    private static (TransferFailureKind Kind, string Code) Meaning(TransferSide side, FtpReply reply)
    {
        var full = reply.Code is 452 or 552 || reply.Text.Contains("quota", StringComparison.OrdinalIgnoreCase) || reply.Text.Contains("space", StringComparison.OrdinalIgnoreCase);
        if (full && side == TransferSide.Target) return (TransferFailureKind.Refused, TransferCode.OverQuota);
        return reply.Code switch
        {
            425 => (TransferFailureKind.Passing, TransferCode.Throttled),
            426 or 451 => (TransferFailureKind.Passing, TransferCode.ConnectionLost),
            >= 400 and < 500 => (TransferFailureKind.Passing, TransferCode.Throttled),
            522 => (TransferFailureKind.Refused, TransferCode.TlsNotOffered),
            530 => (TransferFailureKind.Refused, TransferCode.PermissionDenied),
            _ => (TransferFailureKind.Refused, side == TransferSide.Source ? TransferCode.ItemUnreadable : TransferCode.ItemRefused),
        };
    }
}

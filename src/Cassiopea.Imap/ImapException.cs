using Cassiopea.Transfer;

namespace Cassiopea.Imap;

/// <summary>
/// What the IMAP client throws. <see cref="ConnectionUsable"/> is true after a NO: the server refused one command and listens on.
/// After anything else the connection is closed.
/// </summary>
public sealed class ImapException : TransferException
{
    internal ImapException(
        TransferSide side, TransferFailureKind kind, string code, string text, string responseCode = "", bool usable = false, Exception? inner = null)
        : base(side, kind, code, text, inner) => (ResponseCode, ConnectionUsable) = (responseCode, usable);

    /// <summary>The server's response code in capitals (RFC 5530), for example <c>OVERQUOTA</c>; empty when there was none.</summary>
    public string ResponseCode { get; }

    /// <summary>True when the connection can still be used.</summary>
    public bool ConnectionUsable { get; }

    internal static ImapException Protocol(TransferSide side, string text) =>
        new(side, TransferFailureKind.Broken, TransferCode.ProtocolBroken, text);

    internal static ImapException Lost(TransferSide side, string text, Exception? inner = null) =>
        new(side, TransferFailureKind.Passing, TransferCode.ConnectionLost, text, inner: inner);
}

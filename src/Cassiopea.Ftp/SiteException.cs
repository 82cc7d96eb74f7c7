using Cassiopea.Transfer;

namespace Cassiopea.Ftp;

/// <summary>
/// What a session throws. <see cref="SessionUsable"/> is true when one thing was refused and the server listens on; else the session is over.
/// </summary>
public sealed class SiteException : TransferException
{
    internal SiteException(TransferSide side, TransferFailureKind kind, string code, string text, int reply = 0, bool usable = false, Exception? inner = null)
        : base(side, kind, code, text, inner) => (Reply, SessionUsable) = (reply, usable);

    /// <summary>The FTP reply code or the SFTP status; 0 when there was none.</summary>
    public int Reply { get; }

    /// <summary>True when the session can still be used.</summary>
    public bool SessionUsable { get; }

    /// <summary>True when the server says that the name does not exist, or hides it.</summary>
    public bool NotFound { get; internal init; }

    internal static SiteException Broken(TransferSide side, string text) => new(side, TransferFailureKind.Broken, TransferCode.ProtocolBroken, text);

    internal static SiteException Lost(TransferSide side, string text, Exception? inner = null) =>
        new(side, TransferFailureKind.Passing, TransferCode.ConnectionLost, text, inner: inner);
}

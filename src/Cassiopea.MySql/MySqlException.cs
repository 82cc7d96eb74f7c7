using Cassiopea.Transfer;

namespace Cassiopea.MySql;

/// <summary>
/// What the MySQL client throws. <see cref="ConnectionUsable"/> is true after an error packet: the server refused one statement and
/// listens on. After anything else the connection is closed. Values of rows are taken out of the server's text.
/// </summary>
public sealed class MySqlException : TransferException
{
    internal MySqlException(
        TransferSide side, TransferFailureKind kind, string code, string text, int number = 0, bool usable = false, Exception? inner = null)
        : base(side, kind, code, text, inner) => (Number, ConnectionUsable) = (number, usable);

    /// <summary>The server's error number, for example 1142; 0 when the failure is not an answer of the server.</summary>
    public int Number { get; }

    /// <summary>True when the connection can still be used.</summary>
    public bool ConnectionUsable { get; }

    internal static MySqlException Protocol(TransferSide side, string text) =>
        new(side, TransferFailureKind.Broken, TransferCode.ProtocolBroken, text);

    internal static MySqlException Lost(TransferSide side, string text, Exception? inner = null) =>
        new(side, TransferFailureKind.Passing, TransferCode.ConnectionLost, text, inner: inner);
}

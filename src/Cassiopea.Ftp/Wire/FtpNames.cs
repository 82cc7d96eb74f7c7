using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Wire;

/// <summary>What a path is called on the wire, and which names a server would change.</summary>
/// <param name="side">Whose side it is.</param>
/// <param name="root">The endpoint's root.</param>
/// <param name="home">The reply to PWD after the login.</param>
/// <param name="family">The server's.</param>
internal sealed class FtpNames(TransferSide side, string root, FtpReply home, ServerFamily family)
{
    private readonly byte[] _base = Base(Encoding.UTF8.GetBytes(root.TrimEnd('/')), WorkingDirectory(home));

    /// <summary>The root on the wire.</summary>
    public byte[] Root => _base.Length == 0 ? "/"u8.ToArray() : _base;

    /// <summary>The path on the wire.</summary>
    /// <exception cref="SiteException">The server would take it for another.</exception>
    public byte[] Full(SitePath path)
    {
        if (path.IsRoot) return Root;
        if (family == ServerFamily.PureFtpd && HasControl(path.Bytes))
            throw new SiteException(side, TransferFailureKind.Refused, TransferCode.NotExpressible, $"{path}: the server takes the control character in a name for an underline, which is another file.", usable: true);
        return [.. _base, (byte)'/', .. path.Bytes];
    }

    /// <summary>pure-ftpd makes spaces at the end and control characters underlines.</summary>
    public bool Changes(SitePath path) => family == ServerFamily.PureFtpd && (path.EndsWith(" "u8) || HasControl(path.Bytes));

    private static bool HasControl(ReadOnlySpan<byte> name) => name.IndexOfAnyInRange((byte)0, (byte)31) >= 0 || name.Contains((byte)127);

    private static byte[] Base(byte[] root, byte[] home) => root is [(byte)'/', ..] ? root : root.Length == 0 ? home : [.. home, (byte)'/', .. root];

    // RFC 959 appendix II: the name stands in quotes, a quote in it is doubled
    private static byte[] WorkingDirectory(FtpReply reply)
    {
        var text = reply.Text;
        var open = text.IndexOf('"', StringComparison.Ordinal);
        if (!reply.Ok || open < 0) return [];
        var path = new StringBuilder();
        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                if (i + 1 >= text.Length || text[i + 1] != '"') break;
                i++;
            }

            path.Append(text[i]);
        }

        return Encoding.Latin1.GetBytes(path.ToString().TrimEnd('/'));
    }
}

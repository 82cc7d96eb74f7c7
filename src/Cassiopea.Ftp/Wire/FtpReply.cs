namespace Cassiopea.Ftp.Wire;

/// <summary>A reply of a server (RFC 959 §4.2).</summary>
/// <param name="Code">100 to 599.</param>
/// <param name="Text">All lines without the code of the last, each octet one character.</param>
internal sealed record FtpReply(int Code, string Text)
{
    /// <summary>1yz: something follows.</summary>
    public bool Preliminary => Code / 100 == 1;

    /// <summary>2yz.</summary>
    public bool Ok => Code / 100 == 2;

    /// <summary>3yz: the next command belongs to it.</summary>
    public bool More => Code / 100 == 3;

    /// <summary>4yz.</summary>
    public bool Passing => Code / 100 == 4;

    /// <summary>The text for people.</summary>
    public string Shown => SitePath.Text(System.Text.Encoding.Latin1.GetBytes(Text.Length > 200 ? Text[..200] : Text));
}

/// <summary>Something a server must not say.</summary>
internal sealed class FtpSyntaxException(string text) : Exception(text);

namespace Cassiopea.Imap.Wire;

/// <summary>What a server may make us hold (facts: hostile servers). Beyond a bound the connection is given up.</summary>
internal sealed record ImapLimits
{
    /// <summary>Longest line, bytes.</summary>
    public int Line { get; init; } = 64 << 10;

    /// <summary>Longest line while a list of UIDs is expected, bytes: 500,000 messages with gaps need about 4 MB.</summary>
    public int UidLine { get; init; } = 8 << 20;

    /// <summary>Largest response without message bodies, bytes.</summary>
    public int Response { get; init; } = 1 << 20;

    /// <summary>Largest message, bytes.</summary>
    public long Message { get; init; } = int.MaxValue;

    /// <summary>Most folders of one account.</summary>
    public int Folders { get; init; } = 50_000;

    /// <summary>Deepest nesting of parentheses.</summary>
    public int Depth { get; init; } = 32;

    /// <summary>Most untagged responses to one command that is not a FETCH.</summary>
    public int Responses { get; init; } = 2_000_000;

    public static ImapLimits Standard { get; } = new();
}

/// <summary>The parser's own exception: what the server sent is not IMAP. The connection turns it into an <see cref="ImapException"/>.</summary>
internal sealed class ImapSyntaxException(string text) : Exception(text);

using System.Text;

namespace Cassiopea.Sites.Php;

/// <summary>One PHP file in tokens. A file without any PHP is one piece of HTML.</summary>
public sealed class PhpFile
{
    /// <summary>Larger files are not read: no configuration and no hand-written code is that long.</summary>
    public const int LongestBytes = 8 << 20;

    private int[]? _closing;

    private PhpFile(string text, PhpToken[] tokens)
    {
        Text = text;
        Tokens = tokens;
        Code = [.. tokens.Where(static t => t.Kind is not (PhpTokenKind.Whitespace or PhpTokenKind.Comment or PhpTokenKind.InlineHtml or PhpTokenKind.OpenTag or PhpTokenKind.OpenTagEcho))];
    }

    /// <summary>The file, each byte one char (Latin-1).</summary>
    public string Text { get; }

    /// <summary>All tokens; together they are the whole file.</summary>
    public IReadOnlyList<PhpToken> Tokens { get; }

    /// <summary>What PHP runs: without white space, comments, HTML and open tags. A close tag ends a statement.</summary>
    internal PhpToken[] Code { get; }

    /// <summary>Cuts a file into tokens; never fails.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="dialect">How its host reads it; PHP 5.4 when null.</param>
    public static PhpFile Parse(ReadOnlySpan<byte> bytes, PhpDialect? dialect = null)
    {
        var text = Encoding.Latin1.GetString(bytes);
        return new PhpFile(text, PhpLexer.Cut(text, dialect ?? PhpDialect.Php54));
    }

    /// <summary>The bytes of a token, as Latin-1 text.</summary>
    /// <param name="token">One of <see cref="Tokens"/>.</param>
    public ReadOnlySpan<char> TextOf(PhpToken token) => Text.AsSpan(token.Start, token.Length);

    internal bool Is(int code, char mark) => (uint)code < (uint)Code.Length && Code[code] is { Kind: PhpTokenKind.Punctuation or PhpTokenKind.CurlyOpen, Length: 1 } t && Text[t.Start] == mark;

    internal bool Is(int code, string mark) =>
        (uint)code < (uint)Code.Length && Code[code].Kind == PhpTokenKind.Punctuation && TextOf(Code[code]).SequenceEqual(mark);

    internal bool IsKind(int code, PhpTokenKind kind) => (uint)code < (uint)Code.Length && Code[code].Kind == kind;

    /// <summary>A key word or a function, whatever its case.</summary>
    internal bool IsName(int code, string name) => IsKind(code, PhpTokenKind.Name) && TextOf(Code[code]).Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The end of a statement: <c>;</c>, a close tag, or the end of the file.</summary>
    internal bool EndsStatement(int code) => code >= Code.Length || Is(code, ';') || Code[code].Kind == PhpTokenKind.CloseTag;

    /// <summary>The position of the bracket that closes the one at <paramref name="open"/>; the number of tokens when none does.</summary>
    internal int Closing(int open) => (_closing ??= Brackets())[open];

    private int[] Brackets()
    {
        var closing = new int[Code.Length];
        Array.Fill(closing, Code.Length);
        Stack<int> open = new();
        for (var i = 0; i < Code.Length; i++)
        {
            var t = Code[i];
            if (t.Kind == PhpTokenKind.CurlyOpen)
                open.Push(i);
            if (t.Kind != PhpTokenKind.Punctuation || t.Length != 1)
                continue;
            if (Text[t.Start] is '(' or '[' or '{')
                open.Push(i);
            else if (Text[t.Start] is ')' or ']' or '}' && open.TryPop(out var from))
                closing[from] = i;
        }

        return closing;
    }
}

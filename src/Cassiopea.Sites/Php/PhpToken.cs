namespace Cassiopea.Sites.Php;

/// <summary>What a piece of a PHP file is.</summary>
public enum PhpTokenKind
{
    /// <summary>Outside of PHP; also what follows <c>__halt_compiler();</c>.</summary>
    InlineHtml,

    /// <summary><c>&lt;?php</c> with the one white space after it, <c>&lt;?</c>, <c>&lt;%</c> or <c>&lt;script language=php&gt;</c>.</summary>
    OpenTag,

    /// <summary><c>&lt;?=</c> or <c>&lt;%=</c>.</summary>
    OpenTagEcho,

    /// <summary><c>?&gt;</c>, <c>%&gt;</c> or <c>&lt;/script&gt;</c>, with the line end after it.</summary>
    CloseTag,

    /// <summary>White space in code.</summary>
    Whitespace,

    /// <summary><c>#</c>, <c>//</c> or <c>/* */</c>; without the line end.</summary>
    Comment,

    /// <summary>A key word or a name, with its namespace.</summary>
    Name,

    /// <summary><c>$name</c>.</summary>
    Variable,

    /// <summary>An integer or a floating-point number.</summary>
    Number,

    /// <summary>A whole quoted string with nothing to insert.</summary>
    String,

    /// <summary>The quote that opens or closes a string with something to insert, or a shell command.</summary>
    Quote,

    /// <summary>Literal text inside such a string, a heredoc or a nowdoc.</summary>
    Text,

    /// <summary><c>&lt;&lt;&lt;LABEL</c> with its line end.</summary>
    HeredocStart,

    /// <summary>The label that ends it.</summary>
    HeredocEnd,

    /// <summary><c>{</c> before <c>$</c>, or <c>${</c>, inside a string.</summary>
    CurlyOpen,

    /// <summary>An operator or a bracket.</summary>
    Punctuation,
}

/// <summary>One piece; all pieces together are the whole file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Line">From 1.</param>
public readonly record struct PhpToken(PhpTokenKind Kind, int Start, int Length, int Line)
{
    /// <summary>The byte after the last.</summary>
    public int End => Start + Length;
}

/// <summary>How the host that runs the code reads it.</summary>
/// <param name="ShortTags"><c>&lt;?</c> opens PHP; <c>&lt;?xml</c> never does.</param>
/// <param name="AspTags"><c>&lt;%</c> opens PHP (removed in PHP 7.0).</param>
/// <param name="ScriptTags"><c>&lt;script language=php&gt;</c> opens PHP (removed in PHP 7.0).</param>
/// <param name="IndentedHeredoc">The label that ends a heredoc may be indented and followed by code (since PHP 7.3).</param>
public sealed record PhpDialect(bool ShortTags, bool AspTags, bool ScriptTags, bool IndentedHeredoc)
{
    /// <summary>PHP 5.4 as the old host runs it: short tags on, ASP tags off.</summary>
    public static PhpDialect Php54 { get; } = new(true, false, true, false);

    /// <summary>PHP 8 as Debian ships it.</summary>
    public static PhpDialect Php8 { get; } = new(false, false, false, true);
}

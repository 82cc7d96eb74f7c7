namespace Cassiopea.Sites.Php;

/// <summary>
/// Cuts a PHP file into tokens. Each char of the text is one byte of the file (Latin-1), so offsets are bytes and nothing is lost.
/// Never fails: what does not end runs to the end of the file. Linear in time and memory.
/// </summary>
internal sealed class PhpLexer(string text, PhpDialect dialect)
{
    private static readonly string[] Operators =
    [
        "===", "!==", "<=>", "**=", "<<=", ">>=", "...", "??=", "?->",
        "==", "!=", "<>", "<=", ">=", "=>", "->", "::", "++", "--", "&&", "||", "??", "**", "<<", ">>", ".=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
    ];

    private readonly List<PhpToken> _tokens = new(text.Length / 6);
    private readonly Stack<Frame> _frames = new();
    private int _at;
    private int _line = 1;
    private int _counted;
    private bool _halting;

    public static PhpToken[] Cut(string text, PhpDialect dialect) => new PhpLexer(text, dialect).Run();

    private PhpToken[] Run()
    {
        _frames.Push(new Frame(Place.Html));
        while (_at < text.Length)
        {
            var frame = _frames.Peek();
            switch (frame.Place)
            {
                case Place.Html:
                    Html();
                    break;
                case Place.Code:
                    Code(frame);
                    break;
                default:
                    Inserting(frame);
                    break;
            }
        }

        return [.. _tokens];
    }

    private void Html()
    {
        var from = _at;
        for (var at = text.IndexOf('<', from); at >= 0; at = text.IndexOf('<', at + 1))
        {
            if (PhpTags.OpenAt(text, at, dialect) is not { } tag)
                continue;
            Emit(PhpTokenKind.InlineHtml, at);
            Emit(tag.Echo ? PhpTokenKind.OpenTagEcho : PhpTokenKind.OpenTag, at + tag.Length);
            _frames.Push(new Frame(Place.Code));
            return;
        }

        Emit(PhpTokenKind.InlineHtml, text.Length);
    }

    private void Code(Frame frame)
    {
        var c = text[_at];
        if (IsSpace(c))
            Emit(PhpTokenKind.Whitespace, Skip(_at, static c => IsSpace(c)));
        else if (PhpTags.CloseAt(text, _at, dialect) is var close and > 0)
            Close(close);
        else if (c == '#' || (c == '/' && At(1) == '/'))
            Emit(PhpTokenKind.Comment, LineCommentEnd());
        else if (c == '/' && At(1) == '*')
            Emit(PhpTokenKind.Comment, Find("*/", _at + 2, 2));
        else if (c is 'b' or 'B' && At(1) is '\'' or '"')
            Quoted(1);
        else if (c is '\'' or '"')
            Quoted(0);
        else if (c == '`')
            Insert(new Frame(Place.Inserting) { Quote = '`' }, PhpTokenKind.Quote, _at + 1);
        else if (c == '<' && Heredoc(0))
            return;
        else if (c is 'b' or 'B' && At(1) == '<' && Heredoc(1))
            return;
        else if (c == '$' && IsNameStart(At(1)))
            Emit(PhpTokenKind.Variable, Skip(_at + 1, static c => IsName(c)));
        else if (IsNameStart(c) || (c == '\\' && IsNameStart(At(1))))
            Name();
        else if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(At(1))))
            Emit(PhpTokenKind.Number, NumberEnd());
        else
            Punctuation(frame, c);
    }

    private void Close(int length)
    {
        var halted = _halting;
        Emit(PhpTokenKind.CloseTag, _at + length);
        while (_frames.Count > 1)
            _frames.Pop();
        if (halted)
            Emit(PhpTokenKind.InlineHtml, text.Length);
    }

    private void Quoted(int prefix)
    {
        var quote = text[_at + prefix];
        var at = _at + prefix + 1;
        for (; at < text.Length && text[at] != quote; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (quote == '"' && Inserts(at))
            {
                Insert(new Frame(Place.Inserting) { Quote = '"' }, PhpTokenKind.Quote, _at + prefix + 1);
                return;
            }
        }

        Emit(PhpTokenKind.String, Math.Min(at + 1, text.Length));
    }

    private bool Heredoc(int prefix)
    {
        if (PhpHeredoc.StartAt(text, _at + prefix) is not { } start)
            return false;
        Emit(PhpTokenKind.HeredocStart, start.Body);
        _frames.Push(new Frame(Place.Inserting) { Label = start.Label, Raw = start.Raw, EndsAt = PhpHeredoc.EndOf(text, start.Body, start.Label, dialect.IndentedHeredoc) });
        return true;
    }

    private void Insert(Frame frame, PhpTokenKind kind, int end)
    {
        Emit(kind, end);
        _frames.Push(frame);
    }

    /// <summary>Inside a string, a shell command or a heredoc.</summary>
    private void Inserting(Frame frame)
    {
        if (frame.Label is { } label && _at > frame.EndsAt)
            frame.EndsAt = PhpHeredoc.EndOf(text, _at, label, dialect.IndentedHeredoc);
        var end = frame.Label is null ? text.Length : frame.EndsAt;
        var at = frame.Raw ? end : _at;
        while (at < end && (frame.Label is not null || text[at] != frame.Quote) && !Inserts(at))
            at += text[at] == '\\' ? 2 : 1;
        at = Math.Min(at, end);
        Emit(PhpTokenKind.Text, at);
        if (at >= text.Length)
            return;
        if (at == end && frame.Label is not null)
        {
            Emit(PhpTokenKind.HeredocEnd, Skip(at, static c => c is ' ' or '\t') + frame.Label.Length);
            _frames.Pop();
        }
        else if (frame.Label is null && text[at] == frame.Quote)
        {
            Emit(PhpTokenKind.Quote, at + 1);
            _frames.Pop();
        }
        else if (text[at] == '$' && At(1) != '{')
            Emit(PhpTokenKind.Variable, Skip(at + 1, static c => IsName(c)));
        else
            Insert(new Frame(Place.Code) { Nested = true }, PhpTokenKind.CurlyOpen, at + (text[at] == '$' ? 2 : 1));
    }

    private bool Inserts(int at) => text[at] switch
    {
        '$' => at + 1 < text.Length && (text[at + 1] == '{' || IsNameStart(text[at + 1])),
        '{' => at + 1 < text.Length && text[at + 1] == '$',
        _ => false,
    };

    private void Name()
    {
        var from = _at;
        var end = Skip(_at + 1, static c => IsName(c));
        while (end + 1 < text.Length && text[end] == '\\' && IsNameStart(text[end + 1]))
            end = Skip(end + 1, static c => IsName(c));
        var halts = text.AsSpan(from, end - from).Equals("__halt_compiler", StringComparison.OrdinalIgnoreCase);
        Emit(PhpTokenKind.Name, end);
        _halting = halts;
    }

    private void Punctuation(Frame frame, char c)
    {
        foreach (var op in Operators)
        {
            if (string.CompareOrdinal(text, _at, op, 0, op.Length) != 0)
                continue;
            Emit(PhpTokenKind.Punctuation, _at + op.Length);
            return;
        }

        var halts = _halting;
        Emit(PhpTokenKind.Punctuation, _at + 1);
        _halting = halts && c is ('(' or ')');
        if (halts && c == ';')
            Emit(PhpTokenKind.InlineHtml, text.Length);
        else if (c == '{')
            frame.Braces++;
        else if (c == '}' && frame.Nested && frame.Braces == 0)
            _frames.Pop();
        else if (c == '}')
            frame.Braces--;
    }

    private int LineCommentEnd()
    {
        for (var at = _at; at < text.Length; at++)
        {
            if (text[at] is '\n' or '\r' || (text[at] is '?' or '%' && PhpTags.CloseAt(text, at, dialect) > 0))
                return at;
        }

        return text.Length;
    }

    private int NumberEnd()
    {
        var at = _at;
        if (text[at] == '0' && At(1) is 'x' or 'X' or 'b' or 'B' or 'o' or 'O')
            return Skip(at + 2, static c => char.IsAsciiHexDigit(c) || c == '_');
        at = Skip(at, static c => char.IsAsciiDigit(c) || c == '_');
        if (at < text.Length && text[at] == '.' && !(at + 1 < text.Length && text[at + 1] is '.' or '='))
            at = Skip(at + 1, static c => char.IsAsciiDigit(c) || c == '_');
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var sign = at + 1 < text.Length && text[at + 1] is '+' or '-' ? 2 : 1;
            if (at + sign < text.Length && char.IsAsciiDigit(text[at + sign]))
                at = Skip(at + sign, static c => char.IsAsciiDigit(c) || c == '_');
        }

        return at;
    }

    private void Emit(PhpTokenKind kind, int end)
    {
        if (end <= _at)
            return;
        for (; _counted < _at; _counted++)
        {
            if (text[_counted] == '\n' || (text[_counted] == '\r' && !(_counted + 1 < text.Length && text[_counted + 1] == '\n')))
                _line++;
        }

        _tokens.Add(new PhpToken(kind, _at, end - _at, _line));
        _at = end;
        if (kind is not (PhpTokenKind.Whitespace or PhpTokenKind.Comment or PhpTokenKind.Punctuation))
            _halting = false;
    }

    private int Find(string what, int from, int after)
    {
        var at = from <= text.Length ? text.IndexOf(what, from, StringComparison.Ordinal) : -1;
        return at < 0 ? text.Length : at + after;
    }

    private int Skip(int at, Func<char, bool> belongs)
    {
        while (at < text.Length && belongs(text[at]))
            at++;
        return Math.Min(at, text.Length);
    }

    private char At(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    internal static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n';

    internal static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= 0x80;

    internal static bool IsName(char c) => IsNameStart(c) || char.IsAsciiDigit(c);

    private enum Place
    {
        Html,
        Code,
        Inserting,
    }

    private sealed class Frame(Place place)
    {
        public Place Place { get; } = place;

        public char Quote { get; init; }

        public string? Label { get; init; }

        public bool Raw { get; init; }

        public int EndsAt { get; set; }

        public bool Nested { get; init; }

        public int Braces { get; set; }
    }
}

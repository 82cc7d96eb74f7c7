namespace Cassiopea.MySql.Schema;

/// <summary>What a piece of SQL is.</summary>
internal enum SqlKind
{
    Space,
    Word,
    Name,
    Text,
    Sign,
}

/// <summary>A piece of SQL.</summary>
internal readonly record struct SqlToken(SqlKind Kind, int Start, int Length)
{
    public int End => Start + Length;

    public ReadOnlySpan<char> In(string sql) => sql.AsSpan(Start, Length);

    /// <summary>A name without its backquotes, or a bare word.</summary>
    public string NameIn(string sql) => Kind == SqlKind.Name
        ? sql.Substring(Start + 1, Length - 2).Replace("``", "`", StringComparison.Ordinal)
        : sql.Substring(Start, Length);
}

/// <summary>Cuts SQL into pieces: comments and spaces, words, names in backquotes, texts in quotes, single signs. It never fails.</summary>
internal static class SqlTokens
{
    public static List<SqlToken> Of(string sql)
    {
        List<SqlToken> tokens = [];
        for (var at = 0; at < sql.Length;)
        {
            var (kind, end) = Next(sql, at);
            tokens.Add(new(kind, at, end - at));
            at = end;
        }

        return tokens;
    }

    private static (SqlKind Kind, int End) Next(string sql, int at)
    {
        var c = sql[at];
        var next = at + 1 < sql.Length ? sql[at + 1] : '\0';
        if (char.IsWhiteSpace(c)) return (SqlKind.Space, While(sql, at, char.IsWhiteSpace));
        if (c == '#' || c == '-' && next == '-' && (at + 2 >= sql.Length || char.IsWhiteSpace(sql[at + 2]))) return (SqlKind.Space, ToEndOf(sql, at, "\n"));
        if (c == '/' && next == '*' && (at + 2 >= sql.Length || sql[at + 2] is not ('!' or 'M'))) return (SqlKind.Space, ToEndOf(sql, at + 2, "*/"));
        if (c is '\'' or '"') return (SqlKind.Text, Quoted(sql, at, c, backslash: true));
        if (c == '`') return (SqlKind.Name, Quoted(sql, at, c, backslash: false));
        return IsWord(c) ? (SqlKind.Word, While(sql, at, IsWord)) : (SqlKind.Sign, at + 1);
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$' || c > 127;

    private static int While(string sql, int at, Func<char, bool> isIt)
    {
        while (at < sql.Length && isIt(sql[at])) at++;
        return at;
    }

    private static int ToEndOf(string sql, int at, string end)
    {
        var found = sql.IndexOf(end, at, StringComparison.Ordinal);
        return found < 0 ? sql.Length : found + end.Length;
    }

    private static int Quoted(string sql, int at, char quote, bool backslash)
    {
        for (var i = at + 1; i < sql.Length; i++)
        {
            if (backslash && sql[i] == '\\') i++;
            else if (sql[i] == quote)
            {
                if (i + 1 >= sql.Length || sql[i + 1] != quote) return i + 1;
                i++;
            }
        }

        return sql.Length;
    }
}

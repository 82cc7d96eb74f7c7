using System.Text;

namespace Cassiopea.MySql.Schema;

/// <summary>A statement made ready for the target.</summary>
/// <param name="Sql">The statement.</param>
/// <param name="Definer">The definer that was taken out; empty when there was none.</param>
/// <param name="Renamed">Names that were changed.</param>
internal sealed record Rewritten(string Sql, string Definer, IReadOnlyList<string> Renamed);

/// <summary>
/// Changes names and definers in statements of the server's making. Only whole names are changed, never a text in quotes or a comment.
/// </summary>
internal static class SqlRewriter
{
    /// <summary>Takes the definer out and changes the names.</summary>
    /// <param name="sql">What SHOW CREATE says.</param>
    /// <param name="names">What things are called at the target.</param>
    /// <param name="known">Tables and other objects of the source: only these names are changed.</param>
    public static Rewritten Rewrite(string sql, TargetNames names, IReadOnlySet<string> known)
    {
        var tokens = SqlTokens.Of(sql);
        var (from, to) = DefinerOf(sql, tokens);
        var made = new StringBuilder(sql.Length);
        var definer = "";
        var renamed = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (i == from)
            {
                definer = sql[tokens[from].Start..tokens[to].End];
                i = to;
                if (i + 1 < tokens.Count && tokens[i + 1].Kind == SqlKind.Space) i++;
                continue;
            }

            made.Append(Changed(sql, tokens, i, names, known, renamed) ?? tokens[i].In(sql).ToString());
        }

        return new(made.ToString(), definer.Length > 8 ? definer[(definer.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim() : "", [.. renamed]);
    }

    private static string? Changed(string sql, List<SqlToken> tokens, int i, TargetNames names, IReadOnlySet<string> known, SortedSet<string> renamed)
    {
        if (tokens[i].Kind is not (SqlKind.Name or SqlKind.Word) || Before(sql, tokens, i) == '@') return null;
        var name = tokens[i].NameIn(sql);
        if (!names.SameDatabase && name == names.SourceDatabase && After(sql, tokens, i) == '.' && Before(sql, tokens, i) != '.')
        {
            renamed.Add(name);
            return MySqlConnection.Name(names.TargetDatabase);
        }

        if (names.SameTables || !known.Contains(name) || names.Of(name) is var other && other == name) return null;
        renamed.Add(name);
        return MySqlConnection.Name(other);
    }

    private static char Before(string sql, List<SqlToken> tokens, int i) => i > 0 && tokens[i - 1].Kind == SqlKind.Sign ? sql[tokens[i - 1].Start] : '\0';

    private static char After(string sql, List<SqlToken> tokens, int i)
    {
        do i++;
        while (i < tokens.Count && tokens[i].Kind == SqlKind.Space);
        return i < tokens.Count && tokens[i].Kind == SqlKind.Sign ? sql[tokens[i].Start] : '\0';
    }

    /// <summary>The tokens of <c>DEFINER=`user`@`host`</c> in the head of a statement; -1 when there are none.</summary>
    private static (int From, int To) DefinerOf(string sql, List<SqlToken> tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != SqlKind.Word) continue;
            var word = tokens[i].In(sql);
            if (word.Equals("DEFINER", StringComparison.OrdinalIgnoreCase) && After(sql, tokens, i) == '=') return (i, EndOfDefiner(sql, tokens, i));
            if (IsObject(word)) break;
        }

        return (-1, -1);
    }

    private static bool IsObject(ReadOnlySpan<char> word) =>
        word.Equals("VIEW", StringComparison.OrdinalIgnoreCase) || word.Equals("TRIGGER", StringComparison.OrdinalIgnoreCase) || word.Equals("FUNCTION", StringComparison.OrdinalIgnoreCase)
        || word.Equals("PROCEDURE", StringComparison.OrdinalIgnoreCase) || word.Equals("EVENT", StringComparison.OrdinalIgnoreCase) || word.Equals("TABLE", StringComparison.OrdinalIgnoreCase);

    private static int EndOfDefiner(string sql, List<SqlToken> tokens, int at)
    {
        var last = at;
        var (values, afterAt) = (0, false);
        for (var i = at + 1; i < tokens.Count; i++)
        {
            if (tokens[i].Kind == SqlKind.Space) continue;
            var sign = tokens[i].Kind == SqlKind.Sign ? sql[tokens[i].Start] : '\0';
            if (sign is '=' or '(' or ')') last = i;
            else if (sign == '@')
            {
                (last, afterAt) = (i, true);
            }
            else if (tokens[i].Kind is SqlKind.Name or SqlKind.Word or SqlKind.Text && (values == 0 || afterAt))
            {
                (last, afterAt) = (i, false);
                values++;
            }
            else break;
        }

        return last;
    }
}

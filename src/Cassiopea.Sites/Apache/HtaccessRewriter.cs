using System.Text;
using Cassiopea.Sites.Configuration;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Apache;

/// <summary>Writes new paths into <c>.htaccess</c>: password files, error pages, includes. Old syntax is reported by the survey, not changed.</summary>
public static class HtaccessRewriter
{
    /// <summary>Rewrites one file; null when nothing has to be changed.</summary>
    /// <param name="file">Where it is.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="wish">The old and new beginnings of paths.</param>
    public static RewrittenConfiguration? Rewrite(SitePath file, byte[] bytes, ConfigurationWish wish)
    {
        TextEdits edits = new(Encoding.Latin1.GetString(bytes));
        foreach (var directive in HtaccessFile.Read(bytes))
        {
            foreach (var argument in directive.Arguments)
            {
                if (PathPrefixes.Replace(argument.Value, wish.Prefixes) is { } moved)
                    edits.Replace(argument.Start, argument.Start + argument.Length, moved, new ConfigurationEdit(directive.Line, directive.Name));
            }
        }

        return edits.Any ? new RewrittenConfiguration(file, Encoding.Latin1.GetBytes(edits.Apply()), edits.Made, KeptOriginal.PathOf(file), KeptOriginal.Keep(bytes)) : null;
    }
}

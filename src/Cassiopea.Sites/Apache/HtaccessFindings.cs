using Cassiopea.Sites.Compatibility;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Apache;

/// <summary>What an <c>.htaccess</c> or a <c>.user.ini</c> asks for that a newer host takes otherwise.</summary>
internal static class HtaccessFindings
{
    private static readonly string[] OldAccess = ["order", "allow", "deny", "satisfy"];
    private static readonly string[] PhpSettings = ["php_value", "php_flag", "php_admin_value", "php_admin_flag"];

    public static IEnumerable<SiteFinding> Of(SitePath path, ReadOnlySpan<byte> bytes, Version target, IReadOnlyList<string> roots)
    {
        List<SiteFinding> found = [];
        foreach (var directive in HtaccessFile.Read(bytes))
        {
            var name = directive.Name.ToLowerInvariant();
            var arguments = directive.Arguments.Select(static a => a.Value).ToList();
            if (OldAccess.Contains(name))
                Add("old-access-control", FindingWeight.Warns, directive.Name, "Syntax of Apache 2.2: Apache 2.4 needs mod_access_compat, or Require.");
            else if (PhpSettings.Contains(name))
            {
                Add("php-setting", FindingWeight.Stops, arguments.FirstOrDefault(""), "Apache answers error 500 where PHP is not its module (FPM, CGI): write it into .user.ini.");
                if (arguments.Count > 0)
                    found.AddRange(Setting(path, directive.Line, arguments[0], target));
            }
            else if (name is "addhandler" or "addtype" or "sethandler" or "action" && arguments.Any(static a => a.Contains("php", StringComparison.OrdinalIgnoreCase)))
                Add("php-handler", FindingWeight.Stops, arguments[0], "Names a handler of the old host: at another one PHP files may be offered for download.");
            else if (name == "options")
                Options(arguments, Add);
            else if (name == "<ifmodule" && arguments.FirstOrDefault("").TrimEnd('>') is "mod_php5.c" or "mod_php4.c" or "mod_php7.c")
                Add("php-module", FindingWeight.Note, arguments[0].TrimEnd('>'), "Counts only where PHP is this module.");
            else if (name == "rewriterule" && arguments.Count > 1 && AbsolutePaths.Is(arguments[1], roots))
                Add("absolute-path", FindingWeight.Warns, arguments[1], "Names a folder of the old host.");
            else if (name is not ("rewriterule" or "rewritecond") && arguments.Find(a => AbsolutePaths.Is(a, roots)) is { } place)
                Add("absolute-path", name == "authuserfile" ? FindingWeight.Stops : FindingWeight.Warns, place, "Names a folder of the old host.");

            void Add(string code, FindingWeight weight, string subject, string text) => found.Add(new SiteFinding(code, weight, path, directive.Line, Php.PhpLiteral.ToText(subject), text));
        }

        return found;
    }

    /// <summary>Lines <c>name = value</c> of a <c>.user.ini</c> or <c>php.ini</c>.</summary>
    public static IEnumerable<SiteFinding> OfIni(SitePath path, ReadOnlySpan<byte> bytes, Version target)
    {
        List<SiteFinding> found = [];
        var number = 0;
        foreach (var line in System.Text.Encoding.Latin1.GetString(bytes).Split('\n'))
        {
            number++;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line.TrimStart() is not [';' or '#' or '[', ..])
                found.AddRange(Setting(path, number, line[..equals].Trim(), target));
        }

        return found;
    }

    private static IEnumerable<SiteFinding> Setting(SitePath path, int line, string name, Version target)
    {
        if (PhpChanges.Setting(name) is { } change && (change.Removed ?? change.Deprecated) <= target)
            yield return new SiteFinding("removed-setting", FindingWeight.Warns, path, line, name, $"Counts for nothing since PHP {change.Removed ?? change.Deprecated}. Instead: {change.Instead}.");
    }

    private static void Options(List<string> arguments, Action<string, FindingWeight, string, string> add)
    {
        if (arguments.Any(static a => a is ['+' or '-', ..]) && arguments.Any(static a => a is not ['+' or '-', ..]))
            add("mixed-options", FindingWeight.Stops, "Options", "With and without + or -: an error since Apache 2.4.");
        if (arguments.Any(static a => a.TrimStart('+').Equals("FollowSymLinks", StringComparison.OrdinalIgnoreCase)))
            add("follow-links", FindingWeight.Warns, "FollowSymLinks", "Many hosts refuse it with error 500: SymLinksIfOwnerMatch is allowed.");
    }
}

using System.Globalization;
using System.Text;
using Cassiopea.Sites.Cms;
using Cassiopea.Sites.Php;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Configuration;

/// <summary>A configuration that cannot be rewritten safely; the text names the file and the reason, never a value.</summary>
/// <param name="file">Which.</param>
/// <param name="reason">Why.</param>
public sealed class ConfigurationException(SitePath file, string reason) : Exception($"{file}: {reason}");

/// <summary>Writes the new database and the new paths into configurations, and changes nothing else.</summary>
public static class ConfigurationRewriter
{
    private const int UsualPort = 3306;

    /// <summary>Rewrites one configuration of a system; null when nothing has to be changed.</summary>
    /// <param name="kind">The system.</param>
    /// <param name="root">Its folder in the tree.</param>
    /// <param name="file">The configuration.</param>
    /// <param name="bytes">Its content at the source.</param>
    /// <param name="wish">What is new.</param>
    /// <exception cref="ConfigurationException">What was written would not mean what is wished, or the database has no new place.</exception>
    public static RewrittenConfiguration? Rewrite(CmsKind kind, string root, SitePath file, byte[] bytes, ConfigurationWish wish)
    {
        var php = PhpFile.Parse(bytes);
        TextEdits edits = new(php.Text);
        var configuration = CmsScan.ConfigurationOf(new CmsFound(kind, "", root, file, [file]), file) ?? Any(kind);
        var settings = PhpSettings.Of(php);
        DatabasePlace? place = null;
        if (configuration is not null && ConfigurationReader.Read(kind, configuration, file, settings) is { } old && old.Driver == "mysql")
        {
            place = wish.Databases.GetValueOrDefault(old.Name) ?? throw new ConfigurationException(file, "the new place of its database is not known.");
            new DatabaseEdits(php, settings, configuration, edits, wish).Write(kind, place);
        }

        Paths(php, wish, edits);
        if (!edits.Any)
            return null;
        var content = Encoding.Latin1.GetBytes(edits.Apply());
        if (place is not null)
            Check(kind, configuration!, file, content, place);
        return new RewrittenConfiguration(file, content, edits.Made, KeptOriginal.PathOf(file), KeptOriginal.Keep(bytes));
    }

    /// <summary>A file that a configuration includes means what the configuration would.</summary>
    private static CmsConfiguration? Any(CmsKind kind) =>
        CmsRecipes.Of(kind).SelectMany(static r => r.Configurations).FirstOrDefault() is { } first ? first with { Fields = [.. CmsRecipes.Of(kind).SelectMany(static r => r.Configurations).SelectMany(static c => c.Fields).Distinct()] } : null;

    private static void Paths(PhpFile php, ConfigurationWish wish, TextEdits edits)
    {
        foreach (var token in php.Tokens)
        {
            if (token.Kind == PhpTokenKind.String && PathPrefixes.Replace(PhpLiteral.Read(php.TextOf(token)), wish.Prefixes) is { } moved)
                edits.Replace(token.Start, token.End, PhpLiteral.Write(moved), new ConfigurationEdit(token.Line, "path"));
            else if (token.Kind == PhpTokenKind.Text && PathPrefixes.Replace(php.TextOf(token).ToString(), wish.Prefixes) is { } text)
                edits.Replace(token.Start, token.End, text, new ConfigurationEdit(token.Line, "path"));
        }
    }

    private static void Check(CmsKind kind, CmsConfiguration configuration, SitePath file, byte[] content, DatabasePlace place)
    {
        var now = ConfigurationReader.Read(kind, configuration, file, PhpSettings.Of(PhpFile.Parse(content)));
        if (now is null || now.Host != place.Host || (now.Port ?? UsualPort) != (place.Port ?? UsualPort) || now.User != place.User || now.Name != place.Name
            || now.Password.Reveal() != place.Password.Reveal() || (place.Prefix is { } prefix && now.Prefix != prefix))
            throw new ConfigurationException(file, "its values are computed or set twice: rewrite it by hand.");
    }

    /// <summary>The fields of a database in one file.</summary>
    private sealed class DatabaseEdits(PhpFile php, PhpSettings settings, CmsConfiguration configuration, TextEdits edits, ConfigurationWish wish)
    {
        public void Write(CmsKind kind, DatabasePlace place)
        {
            var hasPort = Has(DatabaseField.Port);
            var port = place.Port is { } number and not UsualPort ? number.ToString(CultureInfo.InvariantCulture) : "";
            var addsPort = port.Length > 0 && !hasPort && kind == CmsKind.Drupal;
            foreach (var (field, setting) in Fields())
            {
                switch (field.Field)
                {
                    case DatabaseField.Host when addsPort:
                        Replace(setting, place.Host);
                        AddPort(setting, port);
                        break;
                    case DatabaseField.Host:
                        Replace(setting, hasPort || port.Length == 0 ? place.Host : $"{place.Host}:{port}");
                        break;
                    case DatabaseField.Port:
                        Replace(setting, port);
                        break;
                    case DatabaseField.Socket:
                        Replace(setting, "");
                        break;
                    case DatabaseField.User:
                        Replace(setting, place.User);
                        break;
                    case DatabaseField.Password:
                        Replace(setting, place.Password.Reveal());
                        break;
                    case DatabaseField.Name:
                        Replace(setting, place.Name);
                        break;
                    case DatabaseField.Prefix when place.Prefix is { } prefix:
                        Replace(setting, prefix);
                        break;
                    case DatabaseField.Driver when wish.ModernPhp && setting.Value.Value == "mysql" && kind is CmsKind.Joomla or CmsKind.PhpBb or CmsKind.Dotclear:
                        Replace(setting, "mysqli");
                        break;
                    case DatabaseField.Url:
                        Replace(setting, UrlOf(setting.Value.Value ?? "", place, port));
                        break;
                }
            }
        }

        private bool Has(DatabaseField which) => Fields().Any(f => f.Field.Field == which);

        /// <summary>Every live line of a field, also the second one of two: whichever counts, it is right.</summary>
        private IEnumerable<(CmsField Field, PhpSetting Setting)> Fields() =>
            from field in configuration.Fields
            from setting in settings.All
            where setting.Key == field.Key && setting.Value.Items.Count == 0 && setting.Value.After > setting.Value.First
            select (field, setting);

        private void Replace(PhpSetting setting, string value)
        {
            if (setting.Value.Value is { } old && PhpLiteral.ToText(old) == value)
                return;
            var (start, end) = (php.Code[setting.Value.First].Start, php.Code[setting.Value.After - 1].End);
            var isNumber = setting.Value.After == setting.Value.First + 1 && php.Code[setting.Value.First].Kind == PhpTokenKind.Number && value.Length > 0 && value.All(char.IsAsciiDigit);
            edits.Replace(start, end, isNumber ? value : PhpLiteral.Write(PhpLiteral.ToBytes(value)), new ConfigurationEdit(setting.Line, setting.Key));
        }

        /// <summary>Drupal takes the port from a setting of its own, which old files do not have.</summary>
        private void AddPort(PhpSetting host, string port)
        {
            var end = php.Code[host.Value.After - 1].End;
            var text = php.Is(host.Value.First - 1, "=>") ? $", 'port' => '{port}'" : $"; {host.Key.Split('.')[0]}['default']['default']['port'] = '{port}'";
            edits.Insert(end, text, new ConfigurationEdit(host.Line, "port"));
        }

        private string UrlOf(string old, DatabasePlace place, string port)
        {
            var scheme = old.Split("://")[0];
            scheme = wish.ModernPhp && scheme == "mysql" ? "mysqli" : scheme;
            return $"{scheme}://{Uri.EscapeDataString(place.User)}:{Uri.EscapeDataString(place.Password.Reveal())}@{place.Host}{(port.Length > 0 ? ":" + port : "")}/{Uri.EscapeDataString(place.Name)}";
        }
    }
}

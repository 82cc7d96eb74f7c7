using F = Cassiopea.Sites.Cms.DatabaseField;

namespace Cassiopea.Sites.Cms;

/// <summary>The systems that are known. A file that only one system has tells which; its content tells the version.</summary>
internal static class CmsRecipes
{
    private static readonly CmsField[] SpipConnect =
    [
        new("spip_connect_db().0", F.Host), new("spip_connect_db().1", F.Port), new("spip_connect_db().2", F.User), new("spip_connect_db().3", F.Password),
        new("spip_connect_db().4", F.Name), new("spip_connect_db().5", F.Driver), new("spip_connect_db().6", F.Prefix), new("$table_prefix", F.Prefix),
        new("mysql_connect().0", F.Host), new("mysql_connect().1", F.User), new("mysql_connect().2", F.Password), new("mysql_select_db().0", F.Name),
    ];

    private static readonly CmsConfiguration[] Spip =
        [.. new[] { "config/*.php", "ecrire/inc_connect.php", "ecrire/inc_connect.php3" }.Select(static p => new CmsConfiguration(p, SpipConnect))];

    private static readonly CmsField[] WordPressFields =
    [
        new("DB_HOST", F.Host), new("DB_USER", F.User), new("DB_PASSWORD", F.Password), new("DB_NAME", F.Name), new("$table_prefix", F.Prefix),
    ];

    private static readonly CmsField[] DrupalFields =
    [
        new("$databases.default.default.host", F.Host), new("$databases.default.default.port", F.Port), new("$databases.default.default.unix_socket", F.Socket),
        new("$databases.default.default.username", F.User), new("$databases.default.default.password", F.Password),
        new("$databases.default.default.database", F.Name), new("$databases.default.default.prefix", F.Prefix), new("$databases.default.default.driver", F.Driver),
        new("$db_url", F.Url), new("$db_url.default", F.Url), new("$db_prefix", F.Prefix),
    ];

    private static readonly CmsField[] JoomlaFields =
    [
        new("$host", F.Host), new("$user", F.User), new("$password", F.Password), new("$db", F.Name), new("$dbprefix", F.Prefix), new("$dbtype", F.Driver),
        new("$mosConfig_host", F.Host), new("$mosConfig_user", F.User), new("$mosConfig_password", F.Password), new("$mosConfig_db", F.Name), new("$mosConfig_dbprefix", F.Prefix),
    ];

    private static readonly CmsField[] DotclearFields =
    [
        new("DC_DBHOST", F.Host), new("DC_DBUSER", F.User), new("DC_DBPASSWORD", F.Password), new("DC_DBNAME", F.Name), new("DC_DBPREFIX", F.Prefix), new("DC_DBDRIVER", F.Driver),
    ];

    private static readonly CmsField[] DotclearOldFields =
        [new("DB_HOST", F.Host), new("DB_USER", F.User), new("DB_PASS", F.Password), new("DB_DBASE", F.Name), new("DB_PREFIX", F.Prefix)];

    private static readonly CmsField[] MediaWikiFields =
    [
        new("$wgDBserver", F.Host), new("$wgDBport", F.Port), new("$wgDBuser", F.User), new("$wgDBpassword", F.Password), new("$wgDBname", F.Name),
        new("$wgDBprefix", F.Prefix), new("$wgDBtype", F.Driver),
    ];

    private static readonly CmsField[] PhpBbFields =
    [
        new("$dbhost", F.Host), new("$dbport", F.Port), new("$dbuser", F.User), new("$dbpasswd", F.Password), new("$dbname", F.Name), new("$table_prefix", F.Prefix),
        new("$dbms", F.Driver),
    ];

    private static readonly CmsField[] PrestaShopFields =
    [
        new("_DB_SERVER_", F.Host), new("_DB_USER_", F.User), new("_DB_PASSWD_", F.Password), new("_DB_NAME_", F.Name), new("_DB_PREFIX_", F.Prefix), new("_DB_TYPE_", F.Driver),
    ];

    private static readonly CmsField[] PrestaShopNewFields =
    [
        new("return.parameters.database_host", F.Host), new("return.parameters.database_port", F.Port), new("return.parameters.database_user", F.User),
        new("return.parameters.database_password", F.Password), new("return.parameters.database_name", F.Name), new("return.parameters.database_prefix", F.Prefix),
    ];

    private static readonly string[] SpipCaches = ["tmp/meta_cache.php", "tmp/meta_cache.txt", "tmp/cache", "local/cache-css", "local/cache-js", "ecrire/data/meta_cache.php3", "CACHE"];

    /// <summary>In the order in which they are asked: of two recipes of one system in one folder the first counts.</summary>
    public static IReadOnlyList<CmsRecipe> All { get; } =
    [
        new(CmsKind.Spip, "ecrire/inc_version.php", SpipVersion, Spip, SpipCaches, ["IMG", "tmp", "local", "config"]),
        new(CmsKind.Spip, "ecrire/inc_version.php3", SpipVersion, Spip, SpipCaches, ["IMG", "CACHE", "ecrire", "ecrire/data"]),
        new(CmsKind.WordPress, "wp-includes/version.php", static t => t.Setting("$wp_version"),
            [new("wp-config.php", WordPressFields), new("../wp-config.php", WordPressFields)], ["wp-content/cache"], ["wp-content/uploads"]),
        Drupal("core/lib/Drupal.php", static t => t.Setting("VERSION")),
        Drupal("modules/system/system.info", static t => t.Ini("version") ?? ""),
        Drupal("modules/system/system.module", static t => t.Setting("VERSION")),
        Joomla("libraries/src/Version.php", static t => t.Setting("MAJOR_VERSION") is { } major ? $"{major}.{t.Setting("MINOR_VERSION")}.{t.Setting("PATCH_VERSION")}" : t.Pair("RELEASE", "DEV_LEVEL")),
        Joomla("libraries/cms/version/version.php", JoomlaVersion),
        Joomla("libraries/joomla/version.php", JoomlaVersion),
        Joomla("includes/version.php", JoomlaVersion),
        new(CmsKind.Dotclear, "inc/prepend.php", static t => t.Setting("DC_VERSION"), [new("inc/config.php", DotclearFields)], ["cache"], ["cache", "public"]),
        new(CmsKind.Dotclear, "release.json", static t => t.Json("release_version"), [new("inc/config.php", DotclearFields)], ["cache"], ["cache", "public"]),
        new(CmsKind.Dotclear, "inc/classes/class.blog.php", static _ => "1", [new("conf/config.php", DotclearOldFields)], [], ["images", "share"]),
        MediaWiki("includes/Defines.php", static t => t.Setting("MW_VERSION")),
        MediaWiki("includes/DefaultSettings.php", static t => t.Setting("$wgVersion") ?? t.Setting("MW_VERSION") ?? ""),
        new(CmsKind.PhpBb, "includes/constants.php", static t => t.Setting("PHPBB_VERSION") ?? (t.Setting("USER_ACTIVATION_NONE") is null ? null : "2"),
            [new("config.php", PhpBbFields)], ["cache"], ["cache", "files", "store", "images/avatars/upload"]),
        new(CmsKind.DokuWiki, "inc/parserutils.php", static t => t.FirstLine() ?? "", [], ["data/cache"], ["data", "conf"]) { VersionFile = "VERSION" },
        new(CmsKind.PrestaShop, "app/AppKernel.php", static t => t.Setting("VERSION"),
            [new("app/config/parameters.php", PrestaShopNewFields)], ["var/cache", "app/cache", "cache/smarty/compile"], ["img", "upload", "var", "config"]),
        new(CmsKind.PrestaShop, "classes/PrestaShopAutoload.php", static _ => "", [new("config/settings.inc.php", PrestaShopFields)], ["cache/smarty/compile", "cache/class_index.php"], ["img", "upload", "cache", "config"]),
        new(CmsKind.PrestaShop, "config/settings.inc.php", static t => t.Setting("_PS_VERSION_"),
            [new("config/settings.inc.php", PrestaShopFields)], ["cache/smarty/compile", "cache/class_index.php"], ["img", "upload", "cache", "config"]),
    ];

    /// <summary>Names of all marker files, for telling quickly what is none.</summary>
    public static IReadOnlySet<string> MarkerNames { get; } = All.Select(static r => r.Marker[(r.Marker.LastIndexOf('/') + 1)..]).ToHashSet(StringComparer.Ordinal);

    public static IEnumerable<CmsRecipe> Of(CmsKind kind) => All.Where(r => r.Kind == kind);

    private static CmsRecipe Drupal(string marker, Func<CmsVersionText, string?> version) =>
        new(CmsKind.Drupal, marker, version, [new("sites/*/settings.php", DrupalFields)], ["sites/default/files/css", "sites/default/files/js", "sites/default/files/php"], ["sites/default/files"]);

    private static CmsRecipe Joomla(string marker, Func<CmsVersionText, string?> version) =>
        new(CmsKind.Joomla, marker, version, [new("configuration.php", JoomlaFields)], ["cache", "administrator/cache"], ["cache", "tmp", "logs", "images"]);

    private static CmsRecipe MediaWiki(string marker, Func<CmsVersionText, string?> version) =>
        new(CmsKind.MediaWiki, marker, version, [new("LocalSettings.php", MediaWikiFields)], ["cache"], ["images", "cache"]);

    private static string? SpipVersion(CmsVersionText text) => text.Setting("$spip_version_branche", "$spip_version_affichee", "$spip_version_code", "$spip_version");

    private static string? JoomlaVersion(CmsVersionText text) => text.Pair("$RELEASE", "$DEV_LEVEL") ?? text.Pair("RELEASE", "DEV_LEVEL");
}

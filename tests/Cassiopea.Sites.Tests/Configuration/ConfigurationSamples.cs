using Cassiopea.Sites.Cms;

namespace Cassiopea.Sites.Tests.Configuration;

/// <summary>One installation as it lies in a tree, and what its configuration means.</summary>
/// <param name="Name">Shown by the test.</param>
/// <param name="Kind">The system.</param>
/// <param name="Version">As recognised.</param>
/// <param name="Files">Path and content.</param>
/// <param name="Expected"><c>driver://user@host/name</c> with prefix and password behind it.</param>
public sealed record ConfigurationSample(string Name, CmsKind Kind, string Version, (string Path, string Text)[] Files, string Expected)
{
    public override string ToString() => Name;
}

/// <summary>All systems and all ages, with what makes them awkward: comments, doubles, quotes, dollars, includes.</summary>
internal static class ConfigurationSamples
{
    private const string Spip3 = "<?php\n$spip_version_branche = \"3.0.17\";\n$spip_version_code = 20913;\n";

    public static IReadOnlyList<ConfigurationSample> All { get; } =
    [
        new("SPIP 1.3", CmsKind.Spip, "1.3", [("ecrire/inc_version.php3", "<?php $spip_version = 1.300; $spip_version_affichee = \"1.3\";"),
            ("ecrire/inc_connect.php3", "<?php\n// connexion\nif (defined(\"_ECRIRE_INC_CONNECT\")) return;\ndefine(\"_ECRIRE_INC_CONNECT\", \"1\");\n@mysql_connect(\"sql.cassiopea.example\",\"asbl\",\"s'p\\$1\");\n@mysql_select_db(\"asbl_spip\");\n$db_ok = !!@mysql_num_rows(@mysql_query('SELECT COUNT(*) FROM spip_meta'));\n?>\n")],
            "mysql://asbl@sql.cassiopea.example/asbl_spip spip s'p$1"),
        new("SPIP 1.8", CmsKind.Spip, "1.8.2 g", [("ecrire/inc_version.php3", "<? $spip_version = 1.821; $spip_version_affichee = '1.8.2 g'; ?>"),
            ("ecrire/inc_connect.php3", "<?php\nif (defined(\"_ECRIRE_INC_CONNECT\")) return;\ndefine(\"_ECRIRE_INC_CONNECT\", \"1\");\n$GLOBALS['spip_connect_version'] = 0.2;\ninclude_ecrire('inc_db_mysql.php3');\n@spip_connect_db('localhost','3307','asbl','pw','asbl_spip');\n$GLOBALS['db_ok'] = !!@spip_num_rows(@spip_query_db('SELECT COUNT(*) FROM spip_meta'));\n?>")],
            "mysql://asbl@localhost:3307/asbl_spip spip pw"),
        new("SPIP 1.9", CmsKind.Spip, "1.9.2i", [("ecrire/inc_version.php", "<?php $spip_version = 1.926; $spip_version_affichee = \"1.9.2i\";"),
            ("config/connect.php", "<?php\nif (!defined(\"_ECRIRE_INC_VERSION\")) return;\n$GLOBALS['spip_connect_version'] = 0.3;\n$GLOBALS['table_prefix'] = 'asso';\nspip_connect_db('localhost','','asbl','p\\\\w','asbl_spip');\n?>")],
            "mysql://asbl@localhost/asbl_spip asso p\\w"),
        new("SPIP 3.0", CmsKind.Spip, "3.0.17", [("ecrire/inc_version.php", Spip3), ("config/mes_options.php", "<?php define('_X', 1);"), ("config/chmod.php", "<?php @define('_SPIP_CHMOD', 0777);"),
            ("config/connect.php", "<?php\nif (!defined(\"_ECRIRE_INC_VERSION\")) return;\n$GLOBALS['spip_connect_version'] = 0.7;\n// spip_connect_db('old','','olduser','oldpass','olddb','mysql', 'spip','');\nspip_connect_db('localhost','','asbl','a\\'b\"c$d#e','asbl_spip','mysql', 'spip2','');\n?>")],
            "mysql://asbl@localhost/asbl_spip spip2 a'b\"c$d#e"),
        new("SPIP 4 in a folder", CmsKind.Spip, "4.1.9", [("www/ecrire/inc_version.php", "<?php\n$spip_version_branche = '4.1.9';"),
            ("www/config/connect.php", "<?php\nif (!defined(\"_ECRIRE_INC_VERSION\")) return;\ndefined('_MYSQL_SET_SQL_MODE') || define('_MYSQL_SET_SQL_MODE',true);\n$GLOBALS['spip_connect_version'] = 0.8;\nspip_connect_db('127.0.0.1','','asbl','pw','asbl4','mysql', 'spip','','utf8');\n")],
            "mysql://asbl@127.0.0.1/asbl4 spip pw"),
        new("WordPress", CmsKind.WordPress, "3.9.40", [("wp-includes/version.php", "<?php\n/** @global string $wp_version */\n$wp_version = '3.9.40';\n"),
            ("wp-config.php", "<?php\n// define('DB_NAME', 'commented');\n/* define('DB_USER', 'no'); */\ndefine('DB_NAME', 'asbl_wp');\ndefine(\"DB_USER\", \"asbl\");\ndefine('DB_PASSWORD', 'it\\'s $5 \"now\" \\\\');\ndefine('DB_PASSWORD', 'second is ignored');\ndefine('DB_HOST', 'localhost:3308');\ndefine('DB_CHARSET', 'utf8');\n$table_prefix  = 'wp7_';\nif ( !defined('ABSPATH') )\n\tdefine('ABSPATH', dirname(__FILE__) . '/');\nrequire_once(ABSPATH . 'wp-settings.php');\n")],
            "mysql://asbl@localhost:3308/asbl_wp wp7_ it's $5 \"now\" \\"),
        new("WordPress by include", CmsKind.WordPress, "4.9", [("blog/wp-includes/version.php", "<?php $wp_version = '4.9';"),
            ("blog/wp-config.php", "<?php require dirname(__FILE__) . '/../private/db.php';\n$table_prefix = 'wp_';"),
            ("private/db.php", "<?php $p = 'secret'; define('DB_NAME', 'wp'); define('DB_USER', 'asbl'); define('DB_PASSWORD', \"x-$p\"); define('DB_HOST', 'sql' . '.cassiopea.example');")],
            "mysql://asbl@sql.cassiopea.example/wp  x-secret"),
        new("WordPress above", CmsKind.WordPress, "4.9", [("blog/wp-includes/version.php", "<?php $wp_version = '4.9';"),
            ("wp-config.php", "<?php define('DB_NAME', 'wp'); define('DB_USER', 'asbl'); define('DB_PASSWORD', ''); define('DB_HOST', ':/run/mysqld/mysqld.sock'); $table_prefix='w_';")],
            "mysql://asbl@/run/mysqld/mysqld.sock/wp w_ "),
        new("Drupal 6", CmsKind.Drupal, "6.38", [("modules/system/system.info", "name = System\nversion = \"6.38\"\ncore = 6.x\n"),
            ("sites/default/settings.php", "<?php\n# $db_url = 'mysql://no:no@no/no';\n$db_url = 'mysqli://asbl:p%40ss%2Fw@localhost/asbl_drupal';\n$db_prefix = 'dr_';\n")],
            "mysql://asbl@localhost/asbl_drupal dr_ p@ss/w"),
        new("Drupal 7", CmsKind.Drupal, "7.56", [("modules/system/system.info", "version = \"7.56\"\n"),
            ("sites/asbl.example/settings.php", "<?php\n$databases = array (\n  'default' =>\n  array (\n    'default' =>\n    array (\n      'database' => 'asbl_drupal',\n      'username' => 'asbl',\n      // 'password' => 'old',\n      'password' => 'p),(w',\n      'host' => 'localhost',\n      'port' => '',\n      'driver' => 'mysql',\n      'prefix' => '',\n    ),\n  ),\n);\n")],
            "mysql://asbl@localhost/asbl_drupal  p),(w"),
        new("Drupal 9", CmsKind.Drupal, "9.5.11", [("core/lib/Drupal.php", "<?php class Drupal { const VERSION = '9.5.11'; }"),
            ("sites/default/settings.php", "<?php\n$databases['default']['default'] = [\n  'database' => 'd9',\n  'username' => 'asbl',\n  'password' => 'pw',\n  'prefix' => '',\n  'host' => 'db',\n  'port' => 3309,\n  'driver' => 'mysql',\n];\n")],
            "mysql://asbl@db:3309/d9  pw"),
        new("Joomla 1.5", CmsKind.Joomla, "1.5.26", [("libraries/joomla/version.php", "<?php class JVersion { var $PRODUCT = 'Joomla!'; var $RELEASE = '1.5'; var $DEV_LEVEL = '26'; }"),
            ("configuration.php", "<?php\nclass JConfig {\nvar $offline = '0';\nvar $host = 'localhost';\nvar $user = 'asbl';\nvar $db = 'asbl_joomla';\nvar $dbprefix = 'jos_';\nvar $dbtype = 'mysql';\nvar $password = 'pw\\'';\nvar $tmp_path = '/data/asbl/www/tmp';\n}\n?>")],
            "mysql://asbl@localhost/asbl_joomla jos_ pw'"),
        new("Joomla 3", CmsKind.Joomla, "3.4.8", [("libraries/cms/version/version.php", "<?php final class JVersion { public $RELEASE = '3.4'; public $DEV_LEVEL = '8'; }"),
            ("configuration.php", "<?php\nclass JConfig {\n\tpublic $dbtype = 'mysqli';\n\tpublic $host = 'localhost';\n\tpublic $user = 'asbl';\n\tpublic $password = 'pw';\n\tpublic $db = 'j3';\n\tpublic $dbprefix = 'abc_';\n}")],
            "mysql://asbl@localhost/j3 abc_ pw"),
        new("Dotclear 2", CmsKind.Dotclear, "2.5.3", [("inc/prepend.php", "<?php define('DC_VERSION','2.5.3');"),
            ("inc/config.php", "<?php\nif (!defined('DC_RC_PATH')) { return; }\ndefine('DC_DBDRIVER','mysql');\ndefine('DC_DBHOST','localhost');\ndefine('DC_DBUSER','asbl');\ndefine('DC_DBPASSWORD','pw');\ndefine('DC_DBNAME','dc');\ndefine('DC_DBPREFIX','dc_');\ndefine('DC_MASTER_KEY','k');\n?>")],
            "mysql://asbl@localhost/dc dc_ pw"),
        new("MediaWiki", CmsKind.MediaWiki, "1.19.24", [("includes/DefaultSettings.php", "<?php $wgVersion = '1.19.24';"),
            ("LocalSettings.php", "<?php\n$wgSitename = \"Wiki\";\n$wgDBtype = \"mysql\";\n$wgDBserver = \"localhost\";\n$wgDBname = \"wiki\";\n$wgDBuser = \"asbl\";\n$wgDBpassword = \"p\\\"w\";\n$wgDBprefix = \"mw_\";\n")],
            "mysql://asbl@localhost/wiki mw_ p\"w"),
        new("phpBB 3", CmsKind.PhpBb, "3.0.12", [("forum/includes/constants.php", "<?php define('PHPBB_VERSION', '3.0.12');"),
            ("forum/config.php", "<?php\n// phpBB 3.0.x auto-generated configuration file\n$dbms = 'mysql';\n$dbhost = '';\n$dbport = '';\n$dbname = 'forum';\n$dbuser = 'asbl';\n$dbpasswd = 'pw';\n$table_prefix = 'phpbb_';\n@define('PHPBB_INSTALLED', true);\n?>")],
            "mysql://asbl@/forum phpbb_ pw"),
        new("PrestaShop 1.6", CmsKind.PrestaShop, "1.6.1.24", [("config/settings.inc.php", "<?php\ndefine('_DB_SERVER_', 'localhost');\ndefine('_DB_NAME_', 'shop');\ndefine('_DB_USER_', 'asbl');\ndefine('_DB_PASSWD_', 'pw');\ndefine('_DB_PREFIX_', 'ps_');\ndefine('_PS_VERSION_', '1.6.1.24');\n")],
            "mysql://asbl@localhost/shop ps_ pw"),
        new("PrestaShop 1.7", CmsKind.PrestaShop, "1.7.8.11", [("app/AppKernel.php", "<?php class AppKernel extends Kernel { const VERSION = '1.7.8.11'; }"),
            ("app/config/parameters.php", "<?php return array (\n  'parameters' => \n  array (\n    'database_host' => '127.0.0.1',\n    'database_port' => '',\n    'database_name' => 'shop',\n    'database_user' => 'asbl',\n    'database_password' => 'pw',\n    'database_prefix' => 'ps_',\n  ),\n);\n")],
            "mysql://asbl@127.0.0.1/shop ps_ pw"),
    ];

    public static MemoryTree TreeOf(ConfigurationSample sample)
    {
        MemoryTree tree = new();
        foreach (var (path, text) in sample.Files)
            tree[path] = text;
        return tree;
    }
}

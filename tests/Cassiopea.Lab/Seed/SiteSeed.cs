using System.Text;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Seed;

/// <summary>How a seeded site reaches its database.</summary>
/// <param name="Host">Server.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Account">Login and database.</param>
public sealed record SiteDatabase(string Host, int Port, MariaDbAccount Account);

/// <summary>
/// Two small sites of our own writing that really run on PHP with a database, laid out and configured like WordPress and SPIP of 2013: the same
/// files tell their version and their connection, the same folders hold caches, backups and statistics.
/// </summary>
public static class SiteSeed
{
    /// <summary>The tables of both sites, with three articles.</summary>
    public const string Tables = """
        create table wp7_posts (ID int primary key, post_title varchar(200), post_content text) engine=InnoDB default charset=utf8mb4;
        insert into wp7_posts values (1, 'Assemblée générale', 'Le procès-verbal.'), (2, 'Été & rentrée', 'Fête le 21.'), (3, 'Contact', 'Écrivez-nous.');
        create table spip_articles (id_article int primary key, titre text, texte text) engine=InnoDB default charset=utf8mb4;
        insert into spip_articles values (1, 'Bienvenue', 'Texte.'), (2, 'Nos activités', 'Texte.'), (3, 'L''équipe', 'Texte.');
        """;

    /// <summary>Writes a site that looks like WordPress.</summary>
    /// <param name="folder">Document root.</param>
    /// <param name="database">Where its tables are.</param>
    public static void WordPress(string folder, SiteDatabase database)
    {
        Write(folder, "wp-includes/version.php", "<?php\n/** @global string $wp_version */\n$wp_version = '3.9.40';\n");
        Write(folder, "wp-config.php", $"""
            <?php
            // define('DB_NAME', 'ancienne_base');
            define('DB_NAME', {Quoted(database.Account.Database)});
            define("DB_USER", {Quoted(database.Account.User)});
            /* l'ancien mot de passe: define('DB_PASSWORD', 'x'); */
            define('DB_PASSWORD', {Quoted(database.Account.Password)});
            define('DB_HOST', '{database.Host}:{database.Port}');
            $table_prefix  = 'wp7_';
            if ( !defined('ABSPATH') ) define('ABSPATH', dirname(__FILE__) . '/');
            require_once(ABSPATH . 'wp-settings.php');

            """);
        Write(folder, "wp-settings.php", """
            <?php
            list($host, $port) = array_pad(explode(':', DB_HOST), 2, 3306);
            mysqli_report(MYSQLI_REPORT_OFF);
            $wpdb = @new mysqli($host, DB_USER, DB_PASSWORD, DB_NAME, (int)$port);
            if ($wpdb->connect_errno) { http_response_code(500); die('<title>Error establishing a database connection</title>'); }
            $wpdb->set_charset('utf8mb4');

            """);
        Write(folder, "index.php", """
            <?php require dirname(__FILE__) . '/wp-config.php';
            if (isset($_GET['p'])) {
                $post = $wpdb->query('SELECT * FROM ' . $table_prefix . 'posts WHERE ID = ' . (int)$_GET['p'])->fetch_assoc();
                if (!$post) { http_response_code(404); die('<title>Page non trouvée</title>'); }
                echo '<html><title>' . htmlspecialchars($post['post_title']) . '</title><p>' . htmlspecialchars($post['post_content']) . '</html>';
                exit;
            }
            ?><html><title>Asbl – Accueil</title><ul><?php
            foreach ($wpdb->query('SELECT * FROM ' . $table_prefix . 'posts ORDER BY ID') as $post) echo '<li><a href="/?p=' . $post['ID'] . '">' . htmlspecialchars($post['post_title']) . '</a>';
            ?></ul><a href="/?p=99">?</a></html>

            """);
        Write(folder, ".htaccess", "Options +FollowSymLinks\nOrder allow,deny\nAllow from all\nphp_value memory_limit 64M\n");
        Write(folder, "wp-content/plugins/vieux/vieux.php", "<?php\n/* mysql_query('dans un commentaire'); */\nfunction vieux($s) {\n  $r = mysql_query(\"SELECT 'each(1)'\");\n  while (list($k, $v) = each($r)) { $s{0}; }\n  imap_open($s, 'a', 'b');\n  mail('asbl@exemple.be', 'sujet', $s);\n}\n");
        Write(folder, "wp-content/uploads/2013/é té.txt", "pièce jointe\n");
        Write(folder, "wp-content/cache/supercache/index.html", "old page");
        Statistics(folder);
    }

    /// <summary>Writes a site that looks like SPIP 3.</summary>
    /// <param name="folder">Document root.</param>
    /// <param name="database">Where its tables are.</param>
    public static void Spip(string folder, SiteDatabase database)
    {
        Write(folder, "ecrire/inc_version.php", """
            <?php
            $spip_version_branche = "3.0.17";
            define('_ECRIRE_INC_VERSION', '1');
            function spip_connect_db($host, $port, $login, $pass, $db = '', $type = 'mysql', $prefixe = '', $auth = '', $charset = '') {
                mysqli_report(MYSQLI_REPORT_OFF);
                $c = @new mysqli($host, $login, $pass, $db, (int)($port ? $port : 3306));
                if ($c->connect_errno) { http_response_code(503); die('<title>Site en travaux</title>'); }
                $c->set_charset('utf8mb4');
                $GLOBALS['connexion'] = $c;
                $GLOBALS['prefixe'] = $prefixe;
            }

            """);
        Write(folder, "config/connect.php", $"""
            <?php
            if (!defined("_ECRIRE_INC_VERSION")) return;
            $GLOBALS['spip_connect_version'] = 0.7;
            spip_connect_db('{database.Host}','{database.Port}',{Quoted(database.Account.User)},{Quoted(database.Account.Password)},{Quoted(database.Account.Database)},'mysql', 'spip','');
            ?>
            """);
        Write(folder, "config/ecran_securite.php", "<?php define('_ECRAN_SECURITE', '1.2');\n");
        Write(folder, "spip.php", """
            <?php include 'ecrire/inc_version.php'; include 'config/connect.php';
            if (is_file('tmp/meta_cache.php')) include 'tmp/meta_cache.php';
            if (isset($_GET['article'])) {
                $a = $GLOBALS['connexion']->query('SELECT * FROM ' . $GLOBALS['prefixe'] . '_articles WHERE id_article=' . (int)$_GET['article'])->fetch_assoc();
                echo '<html><title>' . htmlspecialchars($a['titre']) . '</title></html>';
                exit;
            }
            echo '<html><title>Asbl (SPIP)</title>';
            foreach ($GLOBALS['connexion']->query('SELECT * FROM ' . $GLOBALS['prefixe'] . '_articles') as $a) echo '<a href="spip.php?article=' . $a['id_article'] . '">' . htmlspecialchars($a['titre']) . '</a>';
            echo '</html>';

            """);
        Write(folder, "index.php", "<?php include 'spip.php';\n");
        Write(folder, "tmp/meta_cache.php", "<?php $meta = array('adresse_site' => 'http://vieux.exemple.be');\n");
        Write(folder, "tmp/cache/0/page.php", "<?php /* page */\n");
        Write(folder, "tmp/dump/asbl_20130101.xml", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<SPIP version=\"SPIP 3.0.17\">\n<spip_articles>\n<id_article>1</id_article>\n</spip_articles>\n<spip_rubriques>\n</spip_rubriques>\n<spip_auteurs>\n</spip_auteurs>\n<spip_meta>\n</spip_meta>\n</SPIP>\n");
        Write(folder, "IMG/jpg/photo.jpg", new string('j', 20_000));
        Statistics(folder);
    }

    private static void Statistics(string folder) =>
        Write(folder, "stats/awstats012013.www.asbl.example.txt", "AWSTATS DATA FILE 7.0\nBEGIN_GENERAL 2\nTotalVisits 120\nTotalUnique 80\nEND_GENERAL\nBEGIN_DAY 1\n20130101 10 20 3000 4\nEND_DAY\n");

    private static string Quoted(string value) => "'" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";

    private static void Write(string folder, string path, string text)
    {
        var full = Path.Combine(folder, path);
        LabRoot.MakeFolder(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text, new UTF8Encoding(false));
    }
}

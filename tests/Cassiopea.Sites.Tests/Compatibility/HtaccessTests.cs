using System.Text;
using Cassiopea.Sites.Apache;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Tests.Compatibility;

public sealed class HtaccessTests
{
    [Fact]
    [Trait("Requirement", "W11")]
    public void W11_old_syntax_is_found_with_its_line()
    {
        const string text = """
            # Order deny,allow
            Order deny,allow
            Deny from all
            php_value memory_limit 64M
            php_flag register_globals on
            AddHandler x-httpd-php5 .php
            AddType text/css .css
            Options +FollowSymLinks -Indexes
            Options Indexes +MultiViews
            AuthUserFile "/data/asbl/.htpasswd"
            AuthName "Espace /data/asbl privé"
            RewriteRule ^(.*)$ \
              /index.php?x=$1 [L]
            RewriteRule ^a$ /data/asbl/www/b [L]
            Require all granted
            <IfModule mod_php5.c>
            """;
        var found = HtaccessFindings.Of(SitePath.Of(".htaccess"), Encoding.UTF8.GetBytes(text), new Version(8, 2), []);
        Assert.Equal(
            ["2 old-access-control", "3 old-access-control", "4 php-setting", "5 php-setting", "5 removed-setting", "6 php-handler", "8 follow-links", "9 mixed-options", "10 absolute-path", "14 absolute-path", "16 php-module"],
            found.Select(f => $"{f.Line} {f.Code}"));
    }

    [Fact]
    public void Settings_in_user_ini_that_count_no_more_are_found()
    {
        var found = HtaccessFindings.OfIni(SitePath.Of(".user.ini"), "; asp_tags = 1\nmemory_limit = 64M\nmbstring.func_overload = 7\n"u8, new Version(8, 2));
        Assert.Equal(["3 mbstring.func_overload"], found.Select(f => $"{f.Line} {f.Subject}"));
    }

    [Fact]
    public void Broken_files_are_read_without_failure()
    {
        var random = new Random(2);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => new[] { "Options ", "\\", "\n", "\"", "'", " ", "\r\n", "AddType", "#", "+a", "é", "php_value " }[random.Next(12)])));
            Assert.All(HtaccessFindings.Of(SitePath.Of(".htaccess"), bytes, new Version(8, 2), []), f => Assert.True(f.Line > 0));
        }
    }
}

using System.Text;
using Cassiopea.Sites.Compatibility;
using Cassiopea.Sites.Php;
using Cassiopea.Sites.Tests.Php;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Tests.Compatibility;

public sealed class PhpInspectionTests
{
    private static readonly Version Php82 = new(8, 2);

    /// <summary>Each line, and the findings it gives as <c>code</c> or <c>code(subject)</c>; a line without any gives none.</summary>
    private static readonly (string Line, string Findings)[] Lines =
    [
        ("<?php", ""),
        ("$l = mysql_connect($h, $u, $p) or die(mysql_error());", "removed-function(mysql_connect) removed-function(mysql_error)"),
        ("if (ereg('^a', $x)) $y = split(',', $z);", "removed-function(ereg) removed-function(split)"),
        ("while (list($k, $v) = each($a)) {}", "removed-function(each)"),
        ("$f = create_function('$x', 'return mysql_query($x);');", "removed-function(create_function)"),
        ("if (get_magic_quotes_gpc()) $x = stripslashes($x);", "removed-function(get_magic_quotes_gpc)"),
        ("function __autoload($c) { require $c; }", "removed-function(__autoload)"),
        ("$t = preg_replace('/a/e', 'b', $t); $t = preg_replace('/a/i', 'e', $t); $t = preg_replace(\"{x}Ue\", $a, $t);", "preg-replace-e(preg_replace) preg-replace-e(preg_replace)"),
        ("$o =& new Thing(); $p = new Thing(); $q =& $p;", "reference-of-new"),
        ("$c = $s{0}; $d = $s[0]; $e = \"{$s[0]}\"; if ($s) { f(); }", "curly-offset"),
        ("class Old { var $a; function Old() { $this->a = 1; } function get() { return $this->a; } }", "old-constructor(Old)"),
        ("class Fresh { function __construct() {} function Fresh() {} }", ""),
        ("class Loose { function f() { $this->b = 1; } }", "dynamic-property(Loose::$b)"),
        ("class Child extends Loose { function f() { $this->c = 1; } }", ""),
        ("class Magic { function __set($n, $v) {} function f() { $this->d = 1; } }", ""),
        ("class Object {} class Match {} interface Mixed {}", "reserved-name(Match) reserved-name(Mixed) reserved-name(Object)"),
        ("function opt($a = 1, $b) {} function fine(Thing $a = null, $b) {} function rest($a = array(1, 2), ...$b) {}", "required-after-optional($b)"),
        ("$r = $a ? 1 : $b ? 2 : 3; $ok = $a ? 1 : ($b ? 2 : 3); $ok = $a ?: $b ?: $c; $ok = $a ? $b ? 1 : 2 : 3;", "nested-ternary"),
        ("$x = $a ? 1 : 2; $y = $b ? 3 : 4; f($a ? 1 : 2, $b ? 3 : 4); switch ($x) { case $a ? 1 : 2: break; default: $b ? 1 : 2; }", ""),
        ("mail($to, $s, $m, $h, '-fbounce@asbl.example'); mail($to, 'f(1,2)', $m);", "sends-mail(mail) sends-mail(mail)"),
        ("$u = utf8_encode($x) . strftime('%A');", "deprecated-function(utf8_encode) deprecated-function(strftime)"),
        ("$i = (unset) $x; $f = (real) $y; unset($z);", "removed-cast removed-cast"),
        ("echo $HTTP_POST_VARS['a'] . $php_errormsg;", "removed-variable($HTTP_POST_VARS) removed-variable($php_errormsg)"),
        ("include '/data/asbl/www/inc.php'; $w = \"/data/asbl/www/$x\"; $n = '/index.php'; $h = '</home/>';", "absolute-path(/data/asbl/www/inc.php) absolute-path(/data/asbl/www/)"),
        ("if (function_exists('mcrypt_encrypt')) mcrypt_encrypt($a); $e = mdecrypt_generic($b, $c);", "removed-function(mcrypt_encrypt) removed-function(mdecrypt_generic)"),
        ("// mysql_query('x'); ereg('a', 'b'); $a =& new B; $s{0}", ""),
        ("/* each($a) create_function('a','b') /data/asbl/www/x */ # split(',', $x)", ""),
        ("$js = 'a.split(\",\"); each(x); mysql_query(y); $s{0} ' . \"ereg(z) mail(q)\";", ""),
        ("$o->split(','); Foo::each($a); $db->mysql_query('x'); new Split('x'); $o->mail($a); Zend\\each($x);", ""),
        ("$h = <<<HTML", ""),
        ("<script>x.split(','); each(y); mail(z) {$o->split(1)}</script>", ""),
        ("HTML;", ""),
        ("?><script>var a = 'x'.split(','); each(a); $.each(b, function(){ mail(1); });</script><?php", ""),
        ("array_walk($a, 'split'); $m = array('each' => 1, 'mail' => 2); const each_one = 3; $x->each = 4;", ""),
        ("function polyfill() {} polyfill(); function hebrevc($x) {} hebrevc($y);", "removed-function(hebrevc)"),
    ];

    [Fact]
    [Trait("Requirement", "W11")]
    public void W11_each_finding_has_its_line_and_none_comes_from_strings_or_comments()
    {
        var found = Inspect(string.Join('\n', Lines.Select(l => l.Line))).Findings;
        for (var i = 0; i < Lines.Length; i++)
        {
            var here = found.Where(f => f.Line == i + 1).Select(f => f.Subject.Length > 0 && f.Code is not ("reference-of-new" or "curly-offset") ? $"{f.Code}({f.Subject})" : f.Code);
            Assert.True(Sorted(Lines[i].Findings.Split(' ', StringSplitOptions.RemoveEmptyEntries)) == Sorted(here), $"{Lines[i].Line}\nexpected {Lines[i].Findings}\nfound    {string.Join(' ', here)}");
        }
    }

    [Fact]
    [Trait("Requirement", "W11")]
    public void W11_findings_follow_the_target_version()
    {
        const string code = "<?php mysql_connect('a'); each($a); strftime('x'); utf8_decode($b); class A { function A() {} } $s{0}; mcrypt_encrypt();";
        string At(string version) => string.Join(' ', Inspect(code, version).Findings.Select(f => $"{f.Weight.ToString()[0]}:{(f.Subject.Length > 0 ? f.Subject : f.Code)}").Order(StringComparer.Ordinal));
        Assert.Equal("S:mcrypt_encrypt S:mysql_connect W:A W:each", At("7.4"));
        Assert.Equal("S:A S:curly-offset S:each S:mcrypt_encrypt S:mysql_connect W:strftime", At("8.1"));
        Assert.Equal("S:A S:curly-offset S:each S:mcrypt_encrypt S:mysql_connect W:strftime W:utf8_decode", At("8.3"));
    }

    [Theory]
    [InlineData("<? echo 1 ?>", "short-tag")]
    [InlineData("<script language='php'>echo 1;</script>", "old-tag")]
    [InlineData("<?php //0046a\nif(!extension_loaded('ionCube Loader')){}", "encoded")]
    [InlineData("<?php // 0046 members\n", "")]
    [InlineData("<?xml version='1.0'?><?php echo 1;", "")]
    [Trait("Requirement", "W11")]
    public void W11_tags_and_encoded_files_are_found(string text, string code) => Assert.Equal(code, string.Join(' ', Inspect(text).Findings.Select(f => f.Code)));

    [Fact]
    [Trait("Requirement", "W11")]
    public void W11_extensions_are_told_with_whether_the_site_can_do_without()
    {
        var extensions = Inspect("<?php imagecreate(1,1); mb_strlen('x'); if (function_exists('curl_init')) curl_init(); new SoapClient(null); $z = new \\ZipArchive; class X extends Imagick {} 'imap_open()'; getimagesize('a'); iconv('a','b','c'); bcadd(1,2);").Extensions;
        Assert.Equal("bcmath curl? gd iconv imagick mbstring soap zip", string.Join(' ', extensions.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => e.Key + (e.Value ? "" : "?"))));
    }

    [Fact]
    public void Twenty_thousand_broken_files_are_inspected_without_failure()
    {
        foreach (var bytes in PhpSamples.Mutated(20_000, 21))
            Assert.NotNull(PhpInspection.Of(PhpFile.Parse(bytes), SitePath.Of("x.php"), Php82, []).Findings);
    }

    private static PhpInspection Inspect(string text, string target = "8.2") => PhpInspection.Of(PhpFile.Parse(Encoding.UTF8.GetBytes(text)), SitePath.Of("x.php"), Version.Parse(target), []);

    private static string Sorted(IEnumerable<string> words) => string.Join(' ', words.Order(StringComparer.Ordinal));
}

using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Cassiopea.Sites.Tests.Php;

/// <summary>Small files with all that is hard to cut, and damaged copies of them from a fixed seed.</summary>
internal static class PhpSamples
{
    private static readonly string[] Texts =
    [
        "<html><?php\n/* c1 */ $x = 'it\\'s'; # c2\n// c3 ?>\n<p><?= $x ?></p>\n<?php echo \"a{$x['b']}c ${x} $x[0] $x->y\"; ?>",
        "<?php\n$a = <<<EOT\nHello $name {$o->p[\"q\"]}\n  EOT not yet\nEOT;\n$b = <<<'RAW'\n$not {$this}\nRAW;\necho `ls $a`;",
        "<?php define('DB_PASSWORD', \"p\\\"a\\$s'\\\\\"); define ( \"DB_NAME\" , 'x' . 'y' ) ;\n// define('DB_NAME', 'old');\n/* define('DB_HOST','no'); */ const DB_HOST = 'h';",
        "<?php\n$databases['default']['default'] = array(\n  'database' => 'd', 'username' => \"u\", # 'password' => 'no',\n  'password' => 'p;)', 'host' => '127.0.0.1',\n);\n$databases = array('default' => array('default' => array('host' => 'h')));",
        "<?php\nif (!defined(\"_ECRIRE_INC_VERSION\")) return;\n$GLOBALS['spip_connect_version'] = 0.7;\nspip_connect_db('localhost','','user','p\\'w','base','mysql', 'spip','');\n?>",
        "<?php class A { var $x = 'y'; function A(&$b = array(1, 'k' => [2])) { return $b{0} ?: -1.5e3; } }\n$f = function() use ($a) { return \"${a}\"; };\n$z = $a ? 'b' : \"c\\n\"; exit /* end */ ?>\ntail <?php\n",
        "<?php $s = 'a\\\\'; $t = \"\\\\\"; $u = '//'; $v = \"#\"; $w = '/*'; // '\n$q = b'bin'; echo 0x1F + .5 . 1_000; namespace Foo\\Bar; \\strlen('x');",
        "<?php \"$a[b] {$a['c']} \\{$d} $\" . '$e' . \"{ $f }\"; <<<A\nA;\n<<<\"B C\"\n; $g <<< 3;",
        "\xc3\xa9t\xc3\xa9 <?php echo '\xe9\xff', $\xe9t\xe9; ?>\r\n<?php\r\n$a = 1;\r\n?>\r\r",
    ];

    public static IReadOnlyList<byte[]> All { get; } = [.. Texts.Select(static t => Encoding.Latin1.GetBytes(t))];

    public static IEnumerable<byte[]> Mutated(int count, int seed)
    {
        var random = new Random(seed);
        string[] pieces = ["'", "\"", "`", "?>", "<?php ", "<?=", "/*", "*/", "//", "#", "{$", "${", "}", "<<<A\n", "\nA;\n", "\\", "$a", "(", ")", "[", "]", "=>", "=", ";", ",", "define(", "\r", "\n", "array(", "__halt_compiler();"];
        for (var i = 0; i < count; i++)
        {
            var text = Texts[random.Next(Texts.Length)];
            for (var cuts = random.Next(1, 6); cuts > 0; cuts--)
            {
                var at = random.Next(text.Length + 1);
                var gone = random.Next(0, Math.Min(8, text.Length - at) + 1);
                text = text[..at] + (random.Next(3) == 0 ? "" : pieces[random.Next(pieces.Length)]) + text[(at + gone)..];
            }

            yield return Encoding.Latin1.GetBytes(text);
        }
    }

    /// <summary>The same cuts by token_get_all of Debian's PHP; null for a file that it does not take for PHP.</summary>
    public static List<List<string>?> CutByPhp(IReadOnlyList<byte[]> samples)
    {
        const string script = """
            $names = [T_CONSTANT_ENCAPSED_STRING => 'String', T_COMMENT => 'Comment', T_DOC_COMMENT => 'Comment', T_INLINE_HTML => 'InlineHtml', T_START_HEREDOC => 'HeredocStart', T_END_HEREDOC => 'HeredocEnd', T_VARIABLE => 'Variable'];
            while (($line = fgets(STDIN)) !== false) {
                $source = base64_decode($line);
                try { token_get_all($source, TOKEN_PARSE); } catch (\Throwable $e) { echo "null\n"; continue; }
                $out = [];
                foreach (token_get_all($source) as $t) if (is_array($t) && isset($names[$t[0]])) $out[] = base64_encode($names[$t[0]] . '@' . $t[2] . ':' . $t[1]);
                echo json_encode($out), "\n";
            }
            """;
        using var php = Process.Start(new ProcessStartInfo("php", ["-d", "short_open_tag=0", "-d", "error_reporting=0", "-r", script]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var lines = Task.Run(() => php.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        foreach (var sample in samples)
            php.StandardInput.WriteLine(Convert.ToBase64String(sample));
        php.StandardInput.Close();
        return [.. lines.Result.Select(l => JsonSerializer.Deserialize<List<string>?>(l)?.ConvertAll(b => Encoding.Latin1.GetString(Convert.FromBase64String(b))))];
    }
}

using System.Text;
using Cassiopea.Sites.Php;

namespace Cassiopea.Sites.Tests.Php;

public sealed class PhpLexerTests
{
    [Theory]
    [InlineData("<h1>x</h1>", "InlineHtml:<h1>x</h1>")]
    [InlineData("a<?php echo 1;?>\nb", "InlineHtml:a|OpenTag:<?php |Name:echo|Whitespace: |Number:1|Punctuation:;|CloseTag:?>\n|InlineHtml:b")]
    [InlineData("<?= $x ?>", "OpenTagEcho:<?=|Whitespace: |Variable:$x|Whitespace: |CloseTag:?>")]
    [InlineData("<? echo 'a'; // x ?>y", "OpenTag:<?|Whitespace: |Name:echo|Whitespace: |String:'a'|Punctuation:;|Whitespace: |Comment:// x |CloseTag:?>|InlineHtml:y")]
    [InlineData("<?xml version='1.0'?>", "InlineHtml:<?xml version='1.0'?>")]
    [InlineData("<script language=\"php\">f();</script>z", "OpenTag:<script language=\"php\">|Name:f|Punctuation:(|Punctuation:)|Punctuation:;|CloseTag:</script>|InlineHtml:z")]
    [InlineData("<?php 'a\\'b'", "OpenTag:<?php |String:'a\\'b'")]
    [InlineData("<?php \"a\\\"$b[c]{$d['e'].\"}\"}\"", "OpenTag:<?php |Quote:\"|Text:a\\\"|Variable:$b|Text:[c]|CurlyOpen:{|Variable:$d|Punctuation:[|String:'e'|Punctuation:]|Punctuation:.|String:\"}\"|Punctuation:}|Quote:\"")]
    [InlineData("<?php $a = <<<X\na$b\nX;\n", "OpenTag:<?php |Variable:$a|Whitespace: |Punctuation:=|Whitespace: |HeredocStart:<<<X\n|Text:a|Variable:$b|Text:\n|HeredocEnd:X|Punctuation:;|Whitespace:\n")]
    [InlineData("<?php <<<'X'\n$b\nXY\nX;", "OpenTag:<?php |HeredocStart:<<<'X'\n|Text:$b\nXY\n|HeredocEnd:X|Punctuation:;")]
    [InlineData("<?php /* ?> */ #?>q", "OpenTag:<?php |Comment:/* ?> */|Whitespace: |Comment:#|CloseTag:?>|InlineHtml:q")]
    [InlineData("<?php __halt_compiler();<?php raw", "OpenTag:<?php |Name:__halt_compiler|Punctuation:(|Punctuation:)|Punctuation:;|InlineHtml:<?php raw")]
    [InlineData("<?php `ls $x`", "OpenTag:<?php |Quote:`|Text:ls |Variable:$x|Quote:`")]
    [InlineData("<?php $s = 'open", "OpenTag:<?php |Variable:$s|Whitespace: |Punctuation:=|Whitespace: |String:'open")]
    public void A_file_is_cut_where_php_cuts_it(string text, string expected) => Assert.Equal(expected, Shown(text, PhpDialect.Php54));

    [Fact]
    public void Lines_are_counted_by_any_line_end()
    {
        var file = PhpFile.Parse("<?php\r\n$a;\n$b;\r$c;"u8);
        Assert.Equal([2, 3, 4], file.Tokens.Where(t => t.Kind == PhpTokenKind.Variable).Select(t => t.Line));
    }

    [Fact]
    public void Asp_tags_count_only_where_they_are_on()
    {
        Assert.Equal("InlineHtml:<% f() %>", Shown("<% f() %>", PhpDialect.Php54));
        Assert.StartsWith("OpenTag:<%|", Shown("<% f() %>", PhpDialect.Php54 with { AspTags = true }), StringComparison.Ordinal);
    }

    /// <summary>Every quoted string, comment, heredoc and piece of HTML as PHP's own tokeniser cuts them.</summary>
    [Fact]
    public void Strings_comments_and_html_are_those_of_php_itself()
    {
        var samples = PhpSamples.All.Concat(PhpSamples.Mutated(400, 11)).ToList();
        var ours = samples.Select(s => Compared(PhpFile.Parse(s, PhpDialect.Php8))).ToList();
        var theirs = PhpSamples.CutByPhp(samples);
        for (var i = 0; i < samples.Count; i++)
            Assert.True(theirs[i] is null || ours[i].SequenceEqual(theirs[i]!), $"{Encoding.Latin1.GetString(samples[i])}\nours   {string.Join('|', ours[i])}\ntheirs {string.Join('|', theirs[i] ?? [])}");
        Assert.True(theirs.Count(t => t is not null) > 100);
    }

    [Fact]
    public void Twenty_thousand_broken_files_are_cut_without_loss()
    {
        foreach (var bytes in PhpSamples.Mutated(20_000, 7))
        {
            var file = PhpFile.Parse(bytes);
            var at = 0;
            foreach (var token in file.Tokens)
            {
                Assert.Equal(at, token.Start);
                Assert.True(token.Length > 0);
                at = token.End;
            }

            Assert.Equal(bytes.Length, at);
            Assert.NotNull(PhpSettings.Of(file).All);
        }
    }

    [Theory]
    [InlineData("((((((((((")]
    [InlineData("$a=")]
    [InlineData("\"{$a[")]
    [InlineData("<<<A\n")]
    [InlineData("define(")]
    [InlineData("array(1=>")]
    public void Deep_and_long_nonsense_ends_without_deep_recursion(string piece)
    {
        var text = "<?php " + string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length));
        var file = PhpFile.Parse(Encoding.Latin1.GetBytes(text));
        Assert.NotNull(PhpSettings.Of(file).All);
        Assert.Equal(text.Length, file.Tokens[^1].End);
    }

    private static string Shown(string text, PhpDialect dialect)
    {
        var file = PhpFile.Parse(Encoding.Latin1.GetBytes(text), dialect);
        return string.Join('|', file.Tokens.Select(t => $"{t.Kind}:{file.TextOf(t)}"));
    }

    private static List<string> Compared(PhpFile file) =>
        [.. file.Tokens.Where(t => t.Kind is PhpTokenKind.String or PhpTokenKind.Comment or PhpTokenKind.InlineHtml or PhpTokenKind.HeredocStart or PhpTokenKind.HeredocEnd or PhpTokenKind.Variable)
            .Select(t => $"{t.Kind}@{t.Line}:{file.TextOf(t)}")];
}

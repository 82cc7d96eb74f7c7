using System.Text;
using Cassiopea.MySql.Replace;

namespace Cassiopea.MySql.Tests.Replace;

[Trait("Requirement", "D9")]
public sealed class SerializedReplacerTests
{
    private static readonly SerializedReplacer Replacer = new([new("http://o.test", "https://new.example.org"), new("/var/www/old", "/srv/site")]);

    [Theory]
    [InlineData("see http://o.test/x and http://o.test", "see https://new.example.org/x and https://new.example.org", 2)]
    [InlineData("""{"u":"http:\/\/o.test\/x"}""", """{"u":"https:\/\/new.example.org\/x"}""", 1)]
    [InlineData("back=http%3A%2F%2Fo.test%2Fx", "back=https%3A%2F%2Fnew.example.org%2Fx", 1)]
    [InlineData("a:1:{s:1:\"u\";s:13:\"http://o.test\";}", "a:1:{s:1:\"u\";s:23:\"https://new.example.org\";}", 1)]
    [InlineData("s:16:\"é http://o.test\";", "s:26:\"é https://new.example.org\";", 1)]
    [InlineData("a:2:{i:0;i:5;i:1;a:1:{s:13:\"http://o.test\";s:15:\"x/var/www/old/y\";}}", "a:2:{i:0;i:5;i:1;a:1:{s:13:\"http://o.test\";s:12:\"x/srv/site/y\";}}", 1)]
    [InlineData("O:8:\"stdClass\":2:{s:1:\"a\";s:13:\"http://o.test\";s:4:\"\0*\0b\";N;}", "O:8:\"stdClass\":2:{s:1:\"a\";s:23:\"https://new.example.org\";s:4:\"\0*\0b\";N;}", 1)]
    [InlineData("a:1:{i:0;s:35:\"a:1:{i:0;s:17:\"http://o.test/abc\";}\";}", "a:1:{i:0;s:45:\"a:1:{i:0;s:27:\"https://new.example.org/abc\";}\";}", 1)]
    [InlineData("C:11:\"ArrayObject\":50:{x:i:0;a:1:{s:1:\"u\";s:13:\"http://o.test\";};m:a:0:{}}", "C:11:\"ArrayObject\":60:{x:i:0;a:1:{s:1:\"u\";s:23:\"https://new.example.org\";};m:a:0:{}}", 1)]
    [InlineData("a:1:{i:0;s:25:\"{\"u\":\"http:\\/\\/o.test\\/\"}\";}", "a:1:{i:0;s:35:\"{\"u\":\"https:\\/\\/new.example.org\\/\"}\";}", 1)]
    [InlineData("""{"meta":"a:1:{s:1:\"u\";s:13:\"http:\/\/o.test\";}"}""", """{"meta":"a:1:{s:1:\"u\";s:23:\"https:\/\/new.example.org\";}"}""", 1)]
    [InlineData("a:3:{i:0;b:1;i:1;d:0.5;i:2;s:13:\"http://o.test\";}\n", "a:3:{i:0;b:1;i:1;d:0.5;i:2;s:23:\"https://new.example.org\";}\n", 1)]
    public void D9_lengths_follow_in_every_form(string value, string wanted, int count)
    {
        var made = Replacer.Replace(Encoding.UTF8.GetBytes(value));
        Assert.Equal(wanted, Encoding.UTF8.GetString(made.Bytes ?? []));
        Assert.Equal((count, false), (made.Count, made.Damaged));
    }

    [Theory]
    [InlineData("a:1:{s:1:\"u\";s:14:\"http://o.test\";}")]
    [InlineData("a:2:{s:1:\"u\";s:13:\"http://o.test\";}")]
    [InlineData("O:3:\"X\":1:{s:1:\"u\";s:13:\"http://o.test\"")]
    public void D9_what_php_cannot_read_is_left_alone_and_told(string value)
    {
        var made = Replacer.Replace(Encoding.UTF8.GetBytes(value));
        Assert.Null(made.Bytes);
        Assert.True(made.Damaged);
    }

    [Fact]
    public void D9_without_the_text_nothing_is_parsed() => Assert.Equal(default, Replacer.Replace("a:1:{s:1:\"u\";s:99:\"broken\";}"u8));

    [Fact]
    public void D9_any_bytes_end_in_an_answer()
    {
        var random = new Random(5);
        var corpus = Encoding.UTF8.GetBytes("a:2:{i:0;O:1:\"X\":1:{s:1:\"u\";s:13:\"http://o.test\";}i:1;C:1:\"Y\":27:{s:19:\"http:\\/\\/o.test/abc\";}}");
        for (var i = 0; i < 20_000; i++)
        {
            var value = corpus.ToArray();
            for (var n = random.Next(1, 5); n > 0; n--) value[random.Next(value.Length)] = (byte)"asOC:;{}\"0129"[random.Next(13)];
            Replacer.Replace(value.AsSpan(0, random.Next(value.Length + 1)));
        }

        var deep = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a:1:{i:0;", 5000)) + "s:13:\"http://o.test\";" + new string('}', 5000));
        Assert.True(Replacer.Replace(deep).Damaged);
    }
}

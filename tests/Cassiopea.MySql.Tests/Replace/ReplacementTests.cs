using System.Text;
using Cassiopea.MySql.Replace;

namespace Cassiopea.MySql.Tests.Replace;

[Trait("Requirement", "D9")]
public sealed class ReplacementTests
{
    [Theory]
    [InlineData("/var/old/www=>/var/old/site", "/var/old=>/srv/new")]
    [InlineData("http://old.test=>https://old.test", "old.test=>new.test")]
    [InlineData("http://old.test=>https://www.old.test", "https://www.old.test/blog=>https://blog.test", "www.old.test=>new.test")]
    [InlineData("/a=>/b", "/b=>/c")]
    [InlineData("é=>%2Fold", "/old=>/new")]
    public void D9_texts_that_the_set_would_change_again_are_found_in_any_order(params string[] set)
    {
        var all = Of(set);
        Assert.NotNull(Replacement.Feeding(all));
        Assert.NotNull(Replacement.Feeding([.. all.Reverse()]));
    }

    [Theory]
    [InlineData("/var/old/www=>/srv/site", "/var/old=>/srv/new")]
    [InlineData("http://old.test=>https://new.test", "old.test=>new.test")]
    [InlineData("http://o.test=>https://o.test")]
    [InlineData("/var/www/old=>/srv/var/www/old", "/var/www=>/srv/var/www")]
    [InlineData("www.old.test=>old.test")]
    [InlineData("old.test/=>old.test/new/")]
    [InlineData("/gone=>")]
    public void D9_a_set_that_is_fine_changes_nothing_the_second_time(params string[] set)
    {
        var all = Of(set);
        Assert.Null(Replacement.Feeding(all));
        Assert.Null(Replacement.Feeding([.. all.Reverse()]));
        var replacer = new SerializedReplacer(all);
        foreach (var one in all)
        {
            var once = replacer.Replace(Encoding.UTF8.GetBytes($"<a href=\"{one.From}/x\">")).Bytes;
            Assert.NotNull(once);
            Assert.Null(replacer.Replace(once).Bytes);
        }
    }

    private static Replacement[] Of(string[] set) => [.. set.Select(static text => text.Split("=>", 2)).Select(static pair => new Replacement(pair[0], pair[1]))];
}

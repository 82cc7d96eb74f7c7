using System.Text.RegularExpressions;
using Cassiopea.Gateway.Access;

namespace Cassiopea.Gateway.Tests.Pages;

/// <summary>Nothing on a page that the API cannot do.</summary>
public sealed partial class PageRuleTests
{
    static readonly string[] Changing = ["SaveChanges", "ServiceOutbox", "CommandDesk ", "ExecuteUpdate", "ExecuteDelete", "VaultClient", "IBus", "SendCommand"];

    [Fact]
    public void Pages_of_members_and_staff_change_things_through_the_API_only() =>
        Assert.Equal([],
            from file in Files()
            let text = File.ReadAllText(file)
            from word in Changing
            where text.Contains(word, StringComparison.Ordinal)
            select $"{Path.GetFileName(file)}: {word}");

    [Fact]
    public void Every_call_of_a_page_is_an_endpoint_that_its_form_is_listed_with()
    {
        var listed = AccessTable.Rows.Where(r => r.Door == Door.Page).SelectMany(r => r.Does).ToHashSet(StringComparer.Ordinal);
        var calls =
            (from file in Files()
             from Match match in Calls().Matches(File.ReadAllText(file))
             select (match.Groups["post"].Success ? "POST" : match.Groups["method"].Value) + " " + match.Groups["pattern"].Value).ToList();
        Assert.True(calls.Count > 15);
        Assert.Equal([], calls.Where(call => call.EndsWith('/') ? !listed.Any(l => l.StartsWith(call, StringComparison.Ordinal)) : !listed.Contains(call)));
    }

    static IEnumerable<string> Files() =>
        from side in new[] { "Member", "Staff" }
        from file in Directory.EnumerateFiles(Path.Combine(TextTests.Root(), "src/Cassiopea.Gateway/Pages", side))
        where Path.GetExtension(file) is ".cs" or ".razor"
        select file;

    [GeneratedRegex(@"api\.((?<post>PostAsync\()|SendAsync\(""(?<method>\w+)"",\s*)""(?<pattern>[^""]+)""", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Calls();
}

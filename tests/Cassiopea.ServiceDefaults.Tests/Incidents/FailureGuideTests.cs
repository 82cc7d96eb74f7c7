using System.Reflection;
using System.Text.RegularExpressions;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Incidents;
using Cassiopea.Transfer;

namespace Cassiopea.ServiceDefaults.Tests.Incidents;

public sealed partial class FailureGuideTests
{
    private static readonly string[] Acting = ["member", "staff", "provider", "nobody"];

    [Fact]
    public void Every_code_of_the_contract_and_of_the_engines_is_explained_in_three_languages_and_no_other()
    {
        var codes = Constants(typeof(FailureCode)).Concat(Constants(typeof(TransferCode))).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(codes, FailureGuide.Codes);
        foreach (var code in FailureGuide.Codes)
        {
            var told = FailureGuide.Languages.Select(language => FailureGuide.Find(code, language)).ToList();
            Assert.All(told, one => Assert.True(one is { Cause.Length: > 10, Fix.Length: > 10 } && Acting.Contains(one.Who), code));
            Assert.Equal(3, told.Select(one => one!.Cause).Distinct().Count());
            Assert.Equal(3, told.Select(one => one!.Fix).Distinct().Count());
        }
    }

    [Fact]
    public void No_source_makes_a_failure_with_a_code_of_its_own()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Cassiopea.Aspire.sln"))) root = root.Parent!;
        var own =
            from file in Directory.EnumerateFiles(Path.Combine(root.FullName, "src"), "*.cs", SearchOption.AllDirectories)
            from match in LiteralCode().Matches(File.ReadAllText(file))
            let code = match.Groups["code"].Value
            where !FailureGuide.Codes.Contains(code)
            select $"{Path.GetFileName(file)}: {code}";
        Assert.Empty(own);
    }

    [Fact]
    public void An_unknown_code_has_no_explanation_and_an_unknown_language_is_french()
    {
        Assert.Null(FailureGuide.Find("no-such-code", "fr"));
        Assert.Equal(FailureGuide.Find(FailureCode.OverQuota, "fr"), FailureGuide.Find(FailureCode.OverQuota, "de"));
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    [GeneratedRegex(@"new (?:Transfer)?Failure\(\s*[^,()""]+,\s*[^,()""]+,\s*""(?<code>[a-z-]+)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex LiteralCode();
}

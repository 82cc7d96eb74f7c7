using System.Text.RegularExpressions;

namespace Cassiopea.Architecture.Tests;

public sealed partial class FileTests
{
    private const int LongestFile = 400;
    private const int LongestProgram = 20;

    private static readonly string[] Written = [".cs", ".razor", ".sh", ".sql", ".js", ".css"];

    private static readonly string[] EmptyFolderNames =
        ["Common", "Helpers", "Utils", "Utilities", "Manager", "Managers", "Core", "Services", "Models", "Repositories", "Shared", "Infrastructure", "Abstractions", "Misc"];

    private static readonly string[] EmptyFileNames = ["Extensions.cs", "GlobalUsings.cs", "Helpers.cs", "Utils.cs", "Common.cs"];

    [Fact]
    public void A_file_has_at_most_400_lines() =>
        Expect.None(
            from file in Tree.Files
            where Written.Contains(Path.GetExtension(file)) || (Path.GetExtension(file).Length == 0 && Tree.Read(file).StartsWith("#!", StringComparison.Ordinal))
            let lines = Tree.Lines(file).Length
            where lines > LongestFile
            select $"{file} ({lines})",
            "Split by subject:");

    [Fact]
    public void Program_has_at_most_20_lines() =>
        Expect.None(
            from file in Tree.Sources("src/", ".cs")
            where Path.GetFileName(file) == "Program.cs" && Tree.Lines(file).Length > LongestProgram
            select file,
            "Registrations belong in the setup file:");

    [Fact]
    public void A_folder_is_named_for_its_subject() =>
        Expect.None(
            from file in Tree.Files
            where file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("tests/", StringComparison.Ordinal)
            where Path.GetDirectoryName(file)!.Split('/').Any(EmptyFolderNames.Contains)
            select Path.GetDirectoryName(file)!,
            "A folder says what is in it:");

    [Fact]
    public void A_file_is_named_for_its_subject() =>
        Expect.None(
            Tree.Files.Where(f => EmptyFileNames.Contains(Path.GetFileName(f)) || Path.GetFileName(f).Contains(' ', StringComparison.Ordinal)),
            "A file says what is in it, without a space:");

    [Fact]
    public void A_type_is_named_for_what_it_does() =>
        Expect.None(Declarations(EmptyTypeName()), "Helper, Manager and Util say nothing:");

    [Fact]
    public void Schema_changes_live_in_a_Schema_folder() =>
        Expect.None(
            Tree.Sources("src/", ".sql").Where(f => !f.Contains("/Schema/", StringComparison.Ordinal)),
            "SQL scripts of a service stand in Schema/:");

    [Fact]
    public void Nothing_is_left_for_later()
    {
        Expect.None(Matches(Later()), "Do it or file an issue:");
        Expect.None(Matches(SkippedTest()), "A test runs or goes:");
    }

    [Fact]
    public void No_failure_is_swallowed()
    {
        Expect.None(Matches(EmptyCatch()), "An empty catch hides a failure:");
        Expect.None(Matches(CatchAllThatDoesNothing()), "Catching everything and doing nothing hides a failure:");
    }

    [Fact]
    public void No_regions_and_no_licence_headers() =>
        Expect.None(Matches(Region()), "Small files need no regions:");

    private static IEnumerable<string> Matches(Regex pattern) =>
        from file in Tree.Files
        where (file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("tests/", StringComparison.Ordinal) || file.StartsWith("Cassiopea.AppHost/", StringComparison.Ordinal))
            && Path.GetExtension(file) is ".cs" or ".razor" && Tree.ProjectOf(file) != "Cassiopea.Architecture.Tests"
        let text = Tree.Read(file)
        from match in pattern.Matches(text)
        select $"{file}:{text.AsSpan(0, match.Index).Count('\n') + 1} {match.Value.Split('\n')[0].Trim()}";

    private static IEnumerable<string> Declarations(Regex pattern) => Matches(pattern);

    [GeneratedRegex(@"\b(class|record|struct|interface)\s+\w*(Helper|Helpers|Manager|Util|Utils|Utility)\b", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex EmptyTypeName();

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|NotImplementedException)\b", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Later();

    [GeneratedRegex(@"\[(Fact|Theory)[^\]]*\bSkip\s*=|Assert\.Skip", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex SkippedTest();

    [GeneratedRegex(@"\bcatch\b\s*(\([^)]*\))?\s*(when\s*\([^{]*\))?\s*\{\s*\}", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\bcatch\b\s*(\(\s*Exception(\s+\w+)?\s*\))?\s*\{\s*(//[^\n]*\s*)*\}", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex CatchAllThatDoesNothing();

    [GeneratedRegex(@"^\s*#region", RegexOptions.Multiline, 2000)]
    private static partial Regex Region();
}

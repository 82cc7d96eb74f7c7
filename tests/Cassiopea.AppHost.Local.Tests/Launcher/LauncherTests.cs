using System.Diagnostics;

namespace Cassiopea.AppHost.Local.Tests.Launcher;

/// <summary>The launcher in a tree whose path has a space, with stand-ins for dotnet, dpkg-query, id and npm that say what they were asked.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _tree;
    private readonly string _programs;

    public LauncherTests()
    {
        _tree = Directory.CreateDirectory(_folder["a tree"]).FullName;
        _programs = Directory.CreateDirectory(_folder["programs"]).FullName;
        foreach (var folder in new[] { "src", "tests", "Cassiopea.AppHost", "home" })
            Directory.CreateDirectory(Path.Combine(_tree, folder));
        File.WriteAllText(Path.Combine(_tree, "global.json"), "{}");
        File.Copy(Path.Combine(Tree.Root, "cassiopea"), Path.Combine(_tree, "cassiopea"));
        File.Copy(Path.Combine(Tree.Root, "tests", "run"), Path.Combine(_tree, "tests", "run"));
        Say("dotnet", """
            case $1 in
              --list-sdks) echo "10.0.401 [/usr/share/dotnet/sdk]" ;;
              build) echo "build $2" >>"$LOG"; for f in Cassiopea.Cli/release/cassiopea.dll Cassiopea.AppHost/release/Cassiopea.AppHost.dll; do
                       mkdir -p "artifacts/bin/${f%/*}"; touch "artifacts/bin/$f"; done ;;
              *) shift; printf '[%s]' "$@"; echo ;;
            esac
            """);
        Say("dpkg-query", """for p in "$@"; do echo "installed $p"; done""");
        Say("npm", "exit 1");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_command_reaches_the_command_line_from_any_folder_word_for_word()
    {
        var (code, output, _) = Run("mail", "copy", "--from", "imap://a%40b@c/", "two words");
        Assert.Equal((0, "[mail][copy][--from][imap://a%40b@c/][two words]\n"), (code, output));
        Assert.Equal("build " + Path.Combine(_tree, "src/Cassiopea.Cli") + "\n", File.ReadAllText(_folder["log"]));
    }

    [Fact]
    public void The_second_time_nothing_is_built_and_a_newer_source_is()
    {
        Run("doctor-of-mail");
        Run("doctor-of-mail");
        Assert.Single(File.ReadAllLines(_folder["log"]));

        File.WriteAllText(Path.Combine(_tree, "src", "New.cs"), "");
        File.SetLastWriteTimeUtc(Path.Combine(_tree, "src", "New.cs"), TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(1));
        Run("doctor-of-mail");
        Assert.Equal(2, File.ReadAllLines(_folder["log"]).Length);
    }

    [Fact]
    public void Up_hands_its_options_to_the_system_as_configuration()
    {
        var (code, output, errors) = Run("up", "--state", "some where", "--port", "9000", "--Parameters:days=3");
        Assert.Equal((0, $"[--State={Path.Combine(_folder.Path, "some where")}][--GatewayPort=9000][--Parameters:days=3]\n"), (code, output));
        Assert.Contains("no Aspire dashboard", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_root_a_missing_package_is_named_with_the_line_that_installs_it()
    {
        Say("dpkg-query", "exit 1");
        Say("id", "echo 1000");
        var (code, _, errors) = Run("up");
        Assert.Equal(3, code);
        Assert.Contains("apt-get install -y --no-install-recommends postgresql rabbitmq-server\n", errors, StringComparison.Ordinal);
        Assert.Equal(0, Run("mail", "survey").Code);
    }

    [Fact]
    public void The_demo_needs_root()
    {
        Say("id", "echo 1000");
        var (code, _, errors) = Run("demo");
        Assert.Equal(3, code);
        Assert.Contains("needs root", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_build_shows_its_errors_and_is_our_fault()
    {
        Say("dotnet", """if [ "$1" = --list-sdks ]; then echo 10.0.401; else echo "A.cs(1,1): error CS1002: ; expected"; exit 1; fi""");
        var (code, _, errors) = Run("mail");
        Assert.Equal(7, code);
        Assert.Contains("error CS1002", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_SDK_it_says_what_is_needed()
    {
        Say("dotnet", "exit 1");
        var (code, _, errors) = Run("mail");
        Assert.Equal(3, code);
        Assert.Contains(".NET SDK 10", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Total: 5, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 1.5s", 0, "5 passed, 0 failed")]
    [InlineData("Total: 5, Errors: 1, Failed: 2, Skipped: 1, Not Run: 0, Time: 1.5s", 1, "1 passed, 3 failed, 1 skipped")]
    [InlineData("Total: 0, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s", 1, "0 passed, 0 failed")]
    [InlineData("Segmentation fault", 1, "0 passed, 1 failed")]
    public void The_test_command_ends_with_one_closing_line(string summary, int expected, string closing)
    {
        Directory.CreateDirectory(Path.Combine(_tree, "tests", "One.Tests"));
        var program = Directory.CreateDirectory(Path.Combine(_tree, "artifacts/bin/One.Tests/release")).FullName;
        File.WriteAllText(Path.Combine(program, "One.Tests.dll"), "");
        Say("dotnet", $"""
            case $1 in
              --list-sdks) echo 10.0.401 ;;
              build) mkdir -p artifacts/bin/Cassiopea.AppHost/release; touch artifacts/bin/Cassiopea.AppHost/release/Cassiopea.AppHost.dll ;;
              *) echo "   One.Tests  {summary}" ;;
            esac
            """);
        var (code, output, _) = Run("test", "unit");
        Assert.Equal(expected, code);
        Assert.EndsWith($"\n{closing}\n", "\n" + output, StringComparison.Ordinal);
    }

    private void Say(string program, string script)
    {
        var path = Path.Combine(_programs, program);
        File.WriteAllText(path, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private (int Code, string Output, string Errors) Run(params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(_tree, "cassiopea"), words)
        {
            WorkingDirectory = _folder.Path,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_programs}:/usr/bin:/bin";
        start.Environment["HOME"] = Path.Combine(_tree, "home");
        start.Environment["LOG"] = _folder["log"];
        start.Environment.Remove("ASPIRE_BUNDLE_DIR");
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}

using Aspire.Hosting;
using Aspire.Hosting.Local;

namespace Cassiopea.AppHost.Local.Tests.Local;

public sealed class StateFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_system_on_one_state_folder_is_refused_and_told_who_has_it()
    {
        var state = new StateFolder(_folder.Path);
        using (state.Take())
        {
            var e = Assert.Throws<DistributedApplicationException>(() => new StateFolder(_folder.Path).Take());
            Assert.Contains($"process {Environment.ProcessId}", e.Message, StringComparison.Ordinal);
            Assert.Contains(_folder.Path, e.Message, StringComparison.Ordinal);
        }

        new StateFolder(_folder.Path).Take().Dispose();
    }

    [Fact]
    public void A_secret_is_made_once_with_mode_600()
    {
        var state = new StateFolder(_folder.Path);
        Assert.Equal("first", state.ReadOrMakeSecret("bus-password", () => "first"));
        Assert.Equal("first", state.ReadOrMakeSecret("bus-password", () => "second"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["bus-password.secret"]));
    }

    [Fact]
    public void A_secret_that_others_may_read_is_refused()
    {
        var state = new StateFolder(_folder.Path);
        state.ReadOrMakeSecret("bus-password", () => "first");
        File.SetUnixFileMode(_folder["bus-password.secret"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Throws<DistributedApplicationException>(() => state.ReadOrMakeSecret("bus-password", () => "second"));
    }

    [Fact]
    public void A_state_folder_in_which_others_may_write_is_refused()
    {
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherWrite);
        var e = Assert.Throws<DistributedApplicationException>(() => new StateFolder(_folder.Path).Take());
        Assert.Contains("Others may write", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbolic_link_is_refused()
    {
        Directory.CreateDirectory(_folder["real"]);
        Directory.CreateSymbolicLink(_folder["link"], _folder["real"]);
        Assert.Throws<DistributedApplicationException>(() => new StateFolder(_folder["link"]).Take());
    }

    [Fact]
    public void A_folder_of_somebody_else_is_refused()
    {
        var elsewhere = Environment.IsPrivilegedProcess ? NobodysFolder() : "/usr";
        Assert.Throws<DistributedApplicationException>(() => new StateFolder(elsewhere).Take());
    }

    private string NobodysFolder()
    {
        Directory.CreateDirectory(_folder["theirs"]);
        using var chown = System.Diagnostics.Process.Start("chown", ["nobody", _folder["theirs"]]);
        chown.WaitForExit();
        return _folder["theirs"];
    }
}

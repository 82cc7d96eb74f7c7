using System.Text;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Tests.Site;

/// <summary>SFTP by password, which ssh takes from no argument and no pipe of its own.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "web-W1")]
public sealed class SftpPasswordTests
{
    [Fact]
    public async Task W1_a_password_opens_SFTP_and_stands_in_no_argument_environment_or_file_of_any_process()
    {
        await using var server = await SshdServer.StartAsync(CancellationToken.None, passwords: true);
        await File.WriteAllTextAsync(Path.Combine(server.Home, "hello"), "hello");
        using var over = new CancellationTokenSource();
        var seen = WatchAsync(server.Password, over.Token);
        await using (var session = await SiteSession.OpenAsync(Account(server, server.Password), TransferSide.Source, new(), CancellationToken.None))
        {
            Assert.Equal("hello", Assert.Single(await session.ListAsync(SitePath.Root, CancellationToken.None)).Path.ToString());
            await using var file = await session.OpenReadAsync(SitePath.Of("hello"), 0, CancellationToken.None);
            using var reader = new StreamReader(file);
            Assert.Equal("hello", await reader.ReadToEndAsync());
        }

        await over.CancelAsync();
        var (looks, places) = await seen;
        Assert.True(looks > 0);
        Assert.Empty(places);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not this one")]
    [InlineData("$(touch /tmp/never); 'quoted' \\n \"%s\"")]
    public async Task W1_a_wrong_password_is_refused_at_once_with_the_code_of_authentication(string wrong)
    {
        await using var server = await SshdServer.StartAsync(CancellationToken.None, passwords: true);
        var refused = await Assert.ThrowsAsync<SiteException>(() => SiteSession.OpenAsync(Account(server, wrong), TransferSide.Source, new(), CancellationToken.None));
        Assert.Equal((TransferCode.AuthenticationFailed, TransferFailureKind.Refused), (refused.Code, refused.Kind));
        Assert.DoesNotContain(server.Password, refused.ToString(), StringComparison.Ordinal);
    }

    private static SiteAccount Account(SshdServer server, string password) =>
        SiteAccount.WithPassword(new(SiteProtocol.Sftp, "127.0.0.1", server.Port, server.Login, server.Home, SiteTls.None, server.Pin), password);

    // Looks at every process and at the folders of ssh's helper for as long as the session is opened and used.
    private static async Task<(int Looks, List<string> Places)> WatchAsync(string password, CancellationToken token)
    {
        var (looks, places, wanted) = (0, new List<string>(), Encoding.UTF8.GetBytes(password));
        await Task.Yield();
        while (!token.IsCancellationRequested)
        {
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(static name => char.IsAsciiDigit(Path.GetFileName(name)[0])))
            {
                foreach (var file in (string[])["cmdline", "environ"])
                    if (Holds(Path.Combine(process, file), wanted)) places.Add(Path.Combine(process, file));
            }

            foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), "cassiopea-ssh-*"))
            {
                looks++;
                if (Holds(Path.Combine(folder, "askpass"), wanted)) places.Add(folder);
            }

            await Task.Yield();
        }

        return (looks, places);
    }

    private static bool Holds(string file, byte[] wanted)
    {
        try
        {
            return File.ReadAllBytes(file).AsSpan().IndexOf(wanted) >= 0;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false; // a process that has ended
        }
    }
}

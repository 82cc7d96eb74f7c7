using System.Globalization;

namespace Cassiopea.Lab.Servers;

/// <summary>PHP's own web server over a folder, on a free port of 127.0.0.1; it answers to any host name.</summary>
public sealed class PhpWebServer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private PhpWebServer(ChildProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Starts one; the folder may change while it runs.</summary>
    /// <param name="folder">Document root.</param>
    /// <param name="token">Cancels.</param>
    /// <param name="chosen">A port that was chosen before; null = a free one.</param>
    public static async Task<PhpWebServer> StartAsync(string folder, CancellationToken token, int? chosen = null)
    {
        var port = chosen ?? FreePort.Next();
        var process = await ChildProcess.StartAsync(new ChildProgram(
            "/usr/bin/php", "-d", "opcache.enable=0", "-d", "display_errors=1", "-d", "short_open_tag=1", "-S", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "-t", folder));
        await Eventually.TrueAsync(
            "PHP's web server answers", () => process.HasExited ? throw new InvalidOperationException("php -S ended at once:\n" + process.Tail) : LabRoot.AnswersAsync(port, token), TimeSpan.FromSeconds(30), token);
        return new PhpWebServer(process, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(TimeSpan.FromSeconds(2));
        await _process.DisposeAsync();
    }
}

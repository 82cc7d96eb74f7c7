using System.Globalization;

namespace Cassiopea.Lab.Servers;

/// <summary>nginx with TLS before another web server, on a free port of 127.0.0.1; it shows its one certificate for every name.</summary>
public sealed class TlsWebServer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private TlsWebServer(ChildProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Starts one.</summary>
    /// <param name="certificate">What it shows.</param>
    /// <param name="behind">Port of the web server behind it.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<TlsWebServer> StartAsync(LabCertificate certificate, int behind, CancellationToken token)
    {
        var (port, folder) = (FreePort.Next(), LabRoot.NewFolder("tls-web"));
        await File.WriteAllTextAsync(Path.Combine(folder, "site.pem"), certificate.CertificatePem, token);
        await File.WriteAllTextAsync(Path.Combine(folder, "site.key"), certificate.KeyPem, token);
        var process = await Nginx.StartAsync(folder, port, string.Create(CultureInfo.InvariantCulture, $$"""
                listen 127.0.0.1:{{port}} ssl; ssl_certificate {{folder}}/site.pem; ssl_certificate_key {{folder}}/site.key;
                location / { proxy_pass http://127.0.0.1:{{behind}}; proxy_set_header Host $host; }
            """), token);
        return new TlsWebServer(process, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(TimeSpan.FromSeconds(2));
        await _process.DisposeAsync();
    }
}

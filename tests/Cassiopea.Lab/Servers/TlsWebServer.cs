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
        if (!File.Exists("/usr/sbin/nginx"))
            throw new FileNotFoundException("Not installed: apt-get install -y --no-install-recommends nginx");
        var (port, folder) = (FreePort.Next(), LabRoot.NewFolder("tls-web"));
        await File.WriteAllTextAsync(Path.Combine(folder, "site.pem"), certificate.CertificatePem, token);
        await File.WriteAllTextAsync(Path.Combine(folder, "site.key"), certificate.KeyPem, token);
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off; master_process off; pid {{folder}}/pid; error_log {{folder}}/error.log;
            events { worker_connections 64; }
            http {
              access_log off; client_body_temp_path {{folder}}/body; fastcgi_temp_path {{folder}}/fcgi; proxy_temp_path {{folder}}/proxy; uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
              server {
                listen 127.0.0.1:{{port}} ssl; ssl_certificate {{folder}}/site.pem; ssl_certificate_key {{folder}}/site.key;
                location / { proxy_pass http://127.0.0.1:{{behind}}; proxy_set_header Host $host; }
              }
            }
            """), token);
        var process = await ChildProcess.StartAsync(new ChildProgram("/usr/sbin/nginx", "-c", configuration, "-p", folder));
        await Eventually.TrueAsync(
            "nginx answers", () => process.HasExited ? throw new InvalidOperationException("nginx ended at once:\n" + process.Tail) : LabRoot.AnswersAsync(port, token), TimeSpan.FromSeconds(30), token);
        return new TlsWebServer(process, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(TimeSpan.FromSeconds(2));
        await _process.DisposeAsync();
    }
}

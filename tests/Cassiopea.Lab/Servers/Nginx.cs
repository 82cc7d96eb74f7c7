namespace Cassiopea.Lab.Servers;

/// <summary>A private nginx with one server block, on a port of 127.0.0.1.</summary>
internal static class Nginx
{
    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="folder">Its own files.</param>
    /// <param name="port">Where the block listens.</param>
    /// <param name="server">What stands in the block.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<ChildProcess> StartAsync(string folder, int port, string server, CancellationToken token)
    {
        if (!File.Exists("/usr/sbin/nginx"))
            throw new FileNotFoundException("Not installed: apt-get install -y --no-install-recommends nginx");
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off; master_process off; pid {{folder}}/pid; error_log {{folder}}/error.log;
            events { worker_connections 64; }
            http {
              access_log off; client_body_temp_path {{folder}}/body; fastcgi_temp_path {{folder}}/fcgi; proxy_temp_path {{folder}}/proxy; uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
              server {
            {{server}}
              }
            }
            """, token);
        var process = await ChildProcess.StartAsync(new ChildProgram("/usr/sbin/nginx", "-c", configuration, "-p", folder));
        await Eventually.TrueAsync(
            "nginx answers", () => process.HasExited ? throw new InvalidOperationException("nginx ended at once:\n" + process.Tail) : LabRoot.AnswersAsync(port, token), TimeSpan.FromSeconds(30), token);
        return process;
    }
}

using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Lab.Servers;

/// <summary>
/// A private Mailman 3 core from Debian's package, with SQLite. Only its REST runner is started (a few seconds, 60 MB): mail that anything made would stay
/// in its queues, where a test finds it. Needs root, or the account <c>list</c>.
/// </summary>
public sealed class MailmanServer : IAsyncDisposable
{
    private const string Runner = "/usr/lib/mailman3/bin/runner";
    private ChildProcess? _process;

    private MailmanServer(string root, int port) => (Root, Rest) = (root, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/3.1/")));

    /// <summary>Its folder.</summary>
    public string Root { get; }

    /// <summary>Root of its REST.</summary>
    public Uri Rest { get; }

    /// <summary>Name of the REST account.</summary>
    public static string User => "restadmin";

    /// <summary>Its password.</summary>
    public string Password { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    /// <summary>Mail that it made and would send, or handle.</summary>
    public IReadOnlyList<string> Queued => Directory.Exists($"{Root}/var/queue") ? [.. Directory.EnumerateFiles($"{Root}/var/queue", "*", SearchOption.AllDirectories)] : [];

    /// <summary>Starts one in a new folder of this process.</summary>
    public static async Task<MailmanServer> StartAsync(CancellationToken token = default)
    {
        if (!File.Exists(Runner)) throw new FileNotFoundException("Not installed: apt-get install -y --no-install-recommends mailman3 dbconfig-sqlite3");
        var (port, nowhere) = (FreePort.Next(), FreePort.Next());
        var server = new MailmanServer(LabRoot.NewFolder("mailman"), port);
        Directory.CreateDirectory($"{server.Root}/var");
        await File.WriteAllTextAsync($"{server.Root}/mailman.cfg", string.Create(CultureInfo.InvariantCulture, $"""
            [mailman]
            site_owner: listmaster@lists.mailman.test
            layout: here
            default_language: fr
            [paths.here]
            var_dir: {server.Root}/var
            queue_dir: $var_dir/queue
            bin_dir: /usr/lib/mailman3/bin
            log_dir: $var_dir/logs
            lock_dir: $var_dir/locks
            data_dir: $var_dir/data
            cache_dir: $var_dir/cache
            etc_dir: $var_dir/etc
            list_data_dir: $var_dir/lists
            ext_dir: $var_dir/ext
            messages_dir: $var_dir/messages
            archive_dir: $var_dir/archives
            template_dir: $var_dir/templates
            pid_file: $var_dir/master.pid
            lock_file: $lock_dir/master.lck
            [database]
            class: mailman.database.sqlite.SQLiteDatabase
            url: sqlite:///{server.Root}/var/data/mailman.db
            [webservice]
            hostname: 127.0.0.1
            port: {port}
            admin_user: {User}
            admin_pass: {server.Password}
            [mta]
            incoming: mailman.mta.null.NullMTA
            outgoing: mailman.mta.deliver.deliver
            smtp_host: 127.0.0.1
            smtp_port: {nowhere}
            lmtp_host: 127.0.0.1
            lmtp_port: {nowhere}

            """), token);
        await ChildProcess.RunAsync(new ChildProgram("/usr/bin/chown", "-R", "list:", server.Root), token);
        server._process = await ChildProcess.StartAsync(new ChildProgram(Runner, "-C", $"{server.Root}/mailman.cfg", "--runner=rest:0:1") { User = "list" });
        using var handler = new SocketsHttpHandler();
        using var http = new HttpClient(handler);
        await Eventually.TrueAsync("Mailman answers", () => server.AnswersAsync(http, token), TimeSpan.FromSeconds(120), token);
        return server;
    }

    /// <summary>Starts the runner that handles posts, until what is returned is disposed.</summary>
    public async Task<IAsyncDisposable> HandlePostsAsync() => await ChildProcess.StartAsync(new ChildProgram(Runner, "-C", $"{Root}/mailman.cfg", "--runner=in:0:1") { User = "list" });

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }

    private async Task<bool> AnswersAsync(HttpClient http, CancellationToken token)
    {
        if (_process!.HasExited) throw new InvalidOperationException($"It ended: {_process.Tail}");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Rest, "system/versions"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}")));
        try
        {
            using var answer = await http.SendAsync(request, token);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not yet: asked again until the limit
        }
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Lab.Servers;

/// <summary>
/// The real <c>sympa_soap_server.fcgi</c> of a lab's Sympa, behind a private nginx. A FastCGI program wants its listening socket as standard input:
/// five lines of Perl bind it and become the program, so that no spawn-fcgi is needed.
/// </summary>
public sealed class SympaSoapFront : IAsyncDisposable
{
    private const string Spawn = "use Socket; my $p = shift; unlink $p; socket(S, AF_UNIX, SOCK_STREAM, 0) or die $!; bind(S, pack_sockaddr_un($p)) or die $!; listen(S, 64) or die $!; chmod 0666, $p; $^F = 10; close STDIN; open(STDIN, '<&S') or die $!; exec { $ARGV[0] } @ARGV";
    private readonly List<ChildProcess> _children = [];

    private SympaSoapFront(Uri url) => Url = url;

    /// <summary>Address of <c>sympasoap</c>.</summary>
    public Uri Url { get; }

    /// <summary>Name of the trusted application.</summary>
    public static string Application => "cassiopea";

    /// <summary>Its password.</summary>
    public string Secret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    /// <summary>Starts both.</summary>
    public static async Task<SympaSoapFront> StartAsync(SympaServer sympa, CancellationToken token = default)
    {
        var port = FreePort.Next();
        var front = new SympaSoapFront(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/sympasoap")));
        // Sympa takes an unsalted MD5 of the password: its form, not ours
#pragma warning disable CA5351
        var hash = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(front.Secret)));
#pragma warning restore CA5351
        await File.WriteAllTextAsync($"{sympa.Root}/etc/trusted_applications.conf", $"trusted_application\nname {Application}\nmd5password {hash}\nproxy_for_variables USER_EMAIL,remote_host\n", token);
        var folder = LabRoot.NewFolder("soap");
        var socket = Path.Combine(folder, "soap");
        await ChildProcess.RunAsync(new ChildProgram("/usr/bin/chown", "-R", $"{SympaServer.Account}:", folder), token);
        await ChildProcess.RunAsync(new ChildProgram("/usr/bin/chmod", "755", folder), token);
        front._children.Add(await ChildProcess.StartAsync(new ChildProgram("/usr/bin/perl", "-e", Spawn, socket, "/usr/lib/cgi-bin/sympa/sympa_soap_server.fcgi")
        {
            User = SympaServer.Account,
            Environment = new Dictionary<string, string?> { ["SYMPALIB"] = sympa.Library, ["SYMPA_CONFIG"] = null, ["HOME"] = sympa.Root, ["LC_ALL"] = "C.UTF-8" },
        }));
        front._children.Add(await Nginx.StartAsync(folder, port, string.Create(CultureInfo.InvariantCulture, $$"""
                listen 127.0.0.1:{{port}};
                location /sympasoap {
                  fastcgi_pass unix:{{socket}}; fastcgi_read_timeout 120s;
                  fastcgi_param REQUEST_METHOD $request_method; fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length;
                  fastcgi_param SCRIPT_NAME /sympasoap; fastcgi_param PATH_INFO ""; fastcgi_param QUERY_STRING $query_string; fastcgi_param REQUEST_URI $request_uri;
                  fastcgi_param SERVER_NAME {{sympa.Robot}}; fastcgi_param HTTP_HOST {{sympa.Robot}}; fastcgi_param SERVER_PORT 80; fastcgi_param SERVER_PROTOCOL $server_protocol;
                  fastcgi_param REMOTE_ADDR $remote_addr; fastcgi_param HTTP_SOAPACTION $http_soapaction;
                }
            """), token));
        if (front._children.FirstOrDefault(static one => one.HasExited) is { } ended) throw new InvalidOperationException($"It ended: {ended.Tail}");
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in Enumerable.Reverse(_children)) await child.DisposeAsync();
    }
}

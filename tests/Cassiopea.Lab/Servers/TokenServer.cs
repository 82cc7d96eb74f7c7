using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

namespace Cassiopea.Lab.Servers;

/// <summary>Issues access tokens and answers a mail server that looks one up (RFC 7662, the token as bearer).</summary>
public sealed class TokenServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, string> _userOfToken = new(StringComparer.Ordinal);
    private readonly Task _serving;

    private TokenServer(int port)
    {
        Url = $"http://127.0.0.1:{port}/introspect/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Where tokens are looked up.</summary>
    public string Url { get; }

    /// <summary>Times that an ended or unknown token was looked up.</summary>
    public int Refused => Volatile.Read(ref _refused);

    private int _refused;

    /// <summary>Starts one on a free port.</summary>
    public static TokenServer Start() => new(FreePort.Next());

    /// <summary>A token for a user; all earlier ones of the user end.</summary>
    public string Issue(string user)
    {
        foreach (var (old, _) in _userOfToken.Where(pair => pair.Value == user)) _userOfToken.TryRemove(old, out _);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        _userOfToken[token] = user;
        return token;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext asked;
            try
            {
                asked = await _listener.GetContextAsync();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var token = (asked.Request.Headers["Authorization"] ?? "").Split(' ')[^1];
            var known = _userOfToken.TryGetValue(token, out var user);
            if (!known) Interlocked.Increment(ref _refused);
            var answer = known ? JsonSerializer.SerializeToUtf8Bytes(new { active = true, username = user }) : "{\"active\":false}"u8.ToArray();
            asked.Response.ContentType = "application/json";
            await asked.Response.OutputStream.WriteAsync(answer);
            asked.Response.Close();
        }
    }
}

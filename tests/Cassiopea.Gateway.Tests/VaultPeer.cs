using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cassiopea.Gateway.Tests;

/// <summary>Speaks the vault's HTTP: keeps what it is given, answers the status, shows a test what came in.</summary>
internal sealed class VaultPeer : IAsyncDisposable
{
    readonly WebApplication _app;

    VaultPeer(WebApplication app) => _app = app;

    public ConcurrentDictionary<Guid, (Guid MemberId, string Secret, int Version)> Stored { get; } = new();

    public ConcurrentQueue<string> Tokens { get; } = new();

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<VaultPeer> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var peer = new VaultPeer(builder.Build());
        peer._app.MapPut("/credentials/{id:guid}", (Guid id, JsonElement body, HttpContext http) =>
        {
            peer.Tokens.Enqueue(http.Request.Headers.Authorization.ToString());
            var (member, secret) = (body.GetProperty("memberId").GetGuid(), body.GetProperty("secret").GetString()!);
            peer.Stored.AddOrUpdate(id, (member, secret, 1), (_, old) => (member, secret, old.Version + 1));
            return Results.NoContent();
        });
        peer._app.MapGet("/credentials/{id:guid}", (Guid id) => peer.Stored.TryGetValue(id, out var row)
            ? Results.Json(new { status = "present", version = row.Version, storedAt = (DateTimeOffset?)DateTimeOffset.UnixEpoch })
            : Results.Json(new { status = "absent", version = 0, storedAt = (DateTimeOffset?)null }));
        await peer._app.StartAsync();
        return peer;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

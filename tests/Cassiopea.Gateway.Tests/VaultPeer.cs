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

    /// <summary>What leases were asked for.</summary>
    public ConcurrentQueue<string> Purposes { get; } = new();

    /// <summary>The clock of leases: that of the gateway.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>False: there is no grant.</summary>
    public bool Grants { get; set; } = true;

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
        peer._app.MapPost("/leases", async (JsonElement body, HttpContext http) =>
        {
            peer.Purposes.Enqueue(body.GetProperty("purpose").GetString()!);
            var known = peer.Stored.TryGetValue(body.GetProperty("credentialId").GetGuid(), out var row);
            var json = JsonSerializer.SerializeToUtf8Bytes(new { leaseId = Guid.CreateVersion7(), secret = row.Secret, expiresAt = peer.Time.GetUtcNow().AddMinutes(10) });
            (http.Response.StatusCode, http.Response.ContentType) = (!peer.Grants ? 403 : known ? 201 : 404, "application/json");
            if (http.Response.StatusCode != 201)
                return;
            http.Response.ContentLength = json.Length;
            await http.Response.Body.WriteAsync(json);
        });
        peer._app.MapDelete("/leases/{id:guid}", (Guid id) => Results.NoContent());
        await peer._app.StartAsync();
        return peer;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceTesting;

/// <summary>Speaks the vault's leases over HTTP, with the passwords that a test gives it.</summary>
public sealed class VaultStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<Guid, string> _secrets = new();
    private readonly ConcurrentDictionary<Guid, Guid> _leases = new();
    private readonly ConcurrentDictionary<Guid, Guid> _owners = new();

    private VaultStandIn(WebApplication app, string service) => (_app, Token) = (app, $"token-of-the-{service}-service");

    /// <summary>What the one service that it serves must show.</summary>
    public string Token { get; }

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Leases that nobody has given back.</summary>
    public int OpenLeases => _leases.Count;

    /// <summary>All leases ever asked for, with their purpose.</summary>
    public ConcurrentBag<string> Purposes { get; } = [];

    /// <summary>True: answers that there is no grant.</summary>
    public bool RefusesGrants { get; set; }

    public static async Task<VaultStandIn> StartAsync(string service)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var vault = new VaultStandIn(app, service);
        app.MapPut("/credentials/{id:guid}", vault.Keep);
        app.MapPost("/leases", vault.Lease);
        app.MapPost("/leases/{id:guid}/renew", vault.Renew);
        app.MapDelete("/leases/{id:guid}", (Guid id) =>
        {
            vault._leases.TryRemove(id, out _);
            return Results.NoContent();
        });
        await app.StartAsync();
        return vault;
    }

    /// <summary>Keeps a password, under a new id or an existing one.</summary>
    public Guid Store(string secret, Guid? id = null)
    {
        var credential = id ?? Guid.CreateVersion7();
        _secrets[credential] = secret;
        return credential;
    }

    /// <summary>The member that a service stored it for.</summary>
    public Guid OwnerOf(Guid credential) => _owners[credential];

    /// <summary>True when there is one.</summary>
    public bool Holds(Guid credential) => _secrets.ContainsKey(credential);

    public string SecretOf(Guid credential) => _secrets[credential];

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Keep(Guid id, HttpContext context, Stored put)
    {
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
            return Results.Unauthorized();
        (_secrets[id], _owners[id]) = (put.Secret, put.MemberId);
        return Results.NoContent();
    }

    private IResult Lease(HttpContext context, Asked asked)
    {
        Purposes.Add(asked.Purpose);
        if (context.Request.Headers.Authorization != $"Bearer {Token}")
            return Results.Unauthorized();
        if (RefusesGrants)
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (!_secrets.TryGetValue(asked.CredentialId, out var secret))
            return Results.NotFound();
        var lease = Guid.CreateVersion7();
        _leases[lease] = asked.CredentialId;
        return new Sized(new { leaseId = lease, secret, expiresAt = TimeProvider.System.GetUtcNow().AddMinutes(10) });
    }

    private IResult Renew(Guid id) =>
        _leases.TryGetValue(id, out var credential) && _secrets.ContainsKey(credential)
            ? Results.Ok(new { expiresAt = TimeProvider.System.GetUtcNow().AddMinutes(10) })
            : Results.NotFound();

    private sealed record Stored(Guid MemberId, string Secret);

    private sealed record Asked(Guid CredentialId, Guid JobId, string Purpose);

    /// <summary>201 with a length, as the vault answers.</summary>
    private sealed class Sized(object body) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body);
            httpContext.Response.StatusCode = StatusCodes.Status201Created;
            httpContext.Response.ContentType = "application/json";
            httpContext.Response.ContentLength = json.Length;
            await httpContext.Response.Body.WriteAsync(json);
        }
    }
}

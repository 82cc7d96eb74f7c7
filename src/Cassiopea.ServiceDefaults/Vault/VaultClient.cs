using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Cassiopea.ServiceDefaults.Vault;

/// <summary>The one call between services: leases credentials from the vault, and stores them for people. Passing failures are retried for about ten seconds.</summary>
public sealed class VaultClient
{
    /// <summary>Name of the HTTP client.</summary>
    internal const string ClientName = "vault";

    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(10);
    private readonly IHttpClientFactory _clients;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    /// <summary>Registered by <c>AddVaultClient</c>.</summary>
    /// <param name="clients">Gives the client named <c>vault</c>, with base address and token.</param>
    /// <param name="time">For the expiry of leases.</param>
    /// <param name="firstPause">Before the second attempt; doubles with each.</param>
    internal VaultClient(IHttpClientFactory clients, TimeProvider time, TimeSpan firstPause)
    {
        (_clients, _time) = (clients, time);
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>()
                    .Handle<TimeoutRejectedException>()
                    .HandleResult(answer => answer.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError),
                MaxRetryAttempts = 5,
                Delay = firstPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddTimeout(Attempt)
            .Build();
    }

    /// <summary>Asks for a credential for one job and one purpose.</summary>
    /// <param name="credentialId">The credential.</param>
    /// <param name="jobId">The job that needs it.</param>
    /// <param name="purpose">What for, in kebab-case: <c>read-source</c>, <c>write-target</c>.</param>
    /// <param name="token">Ends the attempt.</param>
    /// <exception cref="VaultUnavailableException">The vault did not answer, or refused this service's token.</exception>
    public async Task<LeaseOutcome> LeaseAsync(Guid credentialId, Guid jobId, string purpose, CancellationToken token)
    {
        var asked = new LeaseAsked(credentialId, jobId, purpose);
        var (secret, status) = await AskAsync(asked, token);
        return secret is not null ? new LeaseOutcome.Granted(new VaultLease(this, asked, secret, _time))
            : status == HttpStatusCode.NotFound ? new LeaseOutcome.NotStored()
            : new LeaseOutcome.NotGranted();
    }

    /// <summary>Stores or replaces a credential: the gateway for people, the web hosting service what it finds in configurations.</summary>
    /// <param name="credentialId">The credential.</param>
    /// <param name="memberId">Whose key protects it.</param>
    /// <param name="secret">UTF-8; the caller zeroes it.</param>
    /// <param name="token">Ends the attempt.</param>
    /// <exception cref="VaultUnavailableException">The vault did not answer, or refused this service's token.</exception>
    public async Task<StoreOutcome> StoreAsync(Guid credentialId, Guid memberId, ReadOnlyMemory<byte> secret, CancellationToken token)
    {
        using var answer = await SendAsync(HttpMethod.Put, $"credentials/{credentialId}", () => new SecretContent(memberId, secret.Span), token);
        return answer.StatusCode switch
        {
            HttpStatusCode.NoContent => StoreOutcome.Stored,
            HttpStatusCode.Conflict => StoreOutcome.OtherMember,
            HttpStatusCode.BadRequest => StoreOutcome.NotTaken,
            var other => throw Unexpected(other),
        };
    }

    /// <summary>Whether a credential is there; the gateway only.</summary>
    /// <exception cref="VaultUnavailableException">The vault did not answer, or refused this service's token.</exception>
    public async Task<CredentialStatus> StatusAsync(Guid credentialId, CancellationToken token)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"credentials/{credentialId}", null, token);
        if (answer.StatusCode != HttpStatusCode.OK) throw Unexpected(answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<CredentialStatus>(token) ?? throw Unexpected(answer.StatusCode);
    }

    internal async Task<(LeasedSecret? Secret, HttpStatusCode Status)> AskAsync(LeaseAsked asked, CancellationToken token)
    {
        using var answer = await SendAsync(HttpMethod.Post, "leases", () => JsonContent.Create(asked, options: JsonSerializerOptions.Web), token);
        return answer.StatusCode switch
        {
            HttpStatusCode.Created => (await LeasedSecret.ReadAsync(answer.Content, token), answer.StatusCode),
            HttpStatusCode.Forbidden or HttpStatusCode.NotFound => (null, answer.StatusCode),
            var other => throw Unexpected(other),
        };
    }

    internal async Task<DateTimeOffset?> RenewAsync(Guid leaseId, CancellationToken token)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"leases/{leaseId}/renew", null, token);
        return answer.StatusCode switch
        {
            HttpStatusCode.OK => (await answer.Content.ReadFromJsonAsync<Renewed>(token))!.ExpiresAt,
            HttpStatusCode.Forbidden or HttpStatusCode.NotFound => null,
            var other => throw Unexpected(other),
        };
    }

    internal async Task EndAsync(Guid leaseId, CancellationToken token)
    {
        using var answer = await SendAsync(HttpMethod.Delete, $"leases/{leaseId}", null, token);
        if (answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotFound)) throw Unexpected(answer.StatusCode);
    }

    private static VaultUnavailableException Unexpected(HttpStatusCode status) => status == HttpStatusCode.Unauthorized
        ? new VaultUnavailableException("The vault does not know this service's token: check Vault:ServiceToken here and Vault:Tokens there.")
        : new VaultUnavailableException($"The vault answered {(int)status}.");

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Func<HttpContent>? content, CancellationToken token)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                async cancel =>
                {
                    using var request = new HttpRequestMessage(method, path) { Content = content?.Invoke() };
                    return await _clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
                },
                token);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException)
        {
            throw new VaultUnavailableException("The vault does not answer.", e);
        }
    }

    private sealed record Renewed(DateTimeOffset ExpiresAt);
}

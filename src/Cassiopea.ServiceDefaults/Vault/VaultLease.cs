using System.Text;

namespace Cassiopea.ServiceDefaults.Vault;

/// <summary>A credential in use: renewed in the background until it is disposed, which zeroes the secret and gives the lease back.</summary>
public sealed class VaultLease : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private readonly VaultClient _client;
    private readonly LeaseAsked _asked;
    private readonly LeasedSecret _secret;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _renewing;
    private Guid _id;

    internal VaultLease(VaultClient client, LeaseAsked asked, LeasedSecret secret, TimeProvider time)
    {
        (_client, _asked, _secret, _time, _id, ExpiresAt) = (client, asked, secret, time, secret.LeaseId, secret.ExpiresAt);
        _renewing = RenewAsync(_disposed.Token);
    }

    /// <summary>The secret in UTF-8; gone after disposal.</summary>
    public ReadOnlyMemory<byte> Secret => _secret.Secret;

    /// <summary>The secret as a string, for clients that take nothing else: it cannot be zeroed, so let it go soon.</summary>
    public string SecretText => Encoding.UTF8.GetString(_secret.Secret.Span);

    /// <summary>Until when the lease lasts unless it is renewed again.</summary>
    public DateTimeOffset ExpiresAt { get; private set; }

    /// <summary>Cancelled when the grant was taken back or the credential erased: the job must stop.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Zeroes the secret, ends the lease; a vault that does not answer lets it run out by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed.IsCancellationRequested) return;
        await _disposed.CancelAsync();
        await _renewing;
        _secret.Dispose();
        try
        {
            await _client.EndAsync(_id, CancellationToken.None);
        }
        catch (VaultUnavailableException)
        {
            // it runs out by itself within ten minutes
        }

        _lost.Dispose();
        _disposed.Dispose();
    }

    private async Task RenewAsync(CancellationToken token)
    {
        try
        {
            while (true)
            {
                var third = (ExpiresAt - _time.GetUtcNow()) / 3;
                await Task.Delay(third > ShortestPause ? third : ShortestPause, TimeProvider.System, token);
                try
                {
                    if (await _client.RenewAsync(_id, token) is { } until) ExpiresAt = until;
                    else if (!await LeaseAgainAsync(token))
                    {
                        await _lost.CancelAsync();
                        return;
                    }
                }
                catch (VaultUnavailableException)
                {
                    // the secret is here and the job goes on; asked again in a moment
                }
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // disposed
        }
    }

    // the lease ran out while the vault was away: with a grant there is a new one
    private async Task<bool> LeaseAgainAsync(CancellationToken token)
    {
        if (await _client.AskAsync(_asked, token) is not { Secret: { } again }) return false;
        using (again) (_id, ExpiresAt) = (again.LeaseId, again.ExpiresAt);
        return true;
    }
}

/// <summary>What a lease was asked for.</summary>
internal sealed record LeaseAsked(Guid CredentialId, Guid JobId, string Purpose);

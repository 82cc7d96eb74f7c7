using System.Threading.RateLimiting;

namespace Cassiopea.Gateway.SignIn;

/// <summary>How often somebody may try (S23): 5 in a minute for one account, 20 from one address.</summary>
internal sealed class SignInLimits : IDisposable
{
    readonly PartitionedRateLimiter<string> _accounts = Windows(5), _addresses = Windows(20);

    public bool Allows(HttpContext http, string account)
    {
        using var address = _addresses.AttemptAcquire(http.Connection.RemoteIpAddress?.ToString() ?? "unknown");
        using var owner = _accounts.AttemptAcquire(account);
        return address.IsAcquired && owner.IsAcquired;
    }

    public void Dispose()
    {
        _accounts.Dispose();
        _addresses.Dispose();
    }

    static PartitionedRateLimiter<string> Windows(int permits) => PartitionedRateLimiter.Create<string, string>(name =>
        RateLimitPartition.GetFixedWindowLimiter(name, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));
}

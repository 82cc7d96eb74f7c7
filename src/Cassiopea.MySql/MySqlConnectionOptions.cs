using System.Security.Cryptography.X509Certificates;
using Cassiopea.MySql.Wire;

namespace Cassiopea.MySql;

/// <summary>How one connection behaves.</summary>
public sealed record MySqlConnectionOptions
{
    /// <summary>Longest time until we are logged in.</summary>
    /// <value>30 s.</value>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time without a byte while rows flow; starts anew with each.</summary>
    /// <value>60 s.</value>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time that a statement may take until its answer begins.</summary>
    /// <value>1 h.</value>
    public TimeSpan Statement { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Certificates to trust instead of the system's; null = the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>Offers LOCAL INFILE. A server that asks for a file without having been told to load one is refused all the same.</summary>
    /// <value>false.</value>
    public bool AllowLoad { get; init; }

    internal MySqlLimits Limits { get; init; } = MySqlLimits.Standard;

    internal LargeRows? LargeRows { get; init; }
}

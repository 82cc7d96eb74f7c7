using Cassiopea.Contracts;

namespace Cassiopea.Databases;

/// <summary>A second account at an old server, written down before the server was asked to make it, and after it said that there was none of this name.</summary>
internal sealed class ReadAccount
{
    public Guid ItemId { get; set; }

    public int Number { get; set; }

    public string Host { get; set; } = "";

    public int Port { get; set; }

    public string Database { get; set; } = "";

    public string Login { get; set; } = "";

    public TlsPolicy Tls { get; set; }

    public string? Pin { get; set; }

    public DateTimeOffset AskedAt { get; set; }

    public DateTimeOffset? AddedAt { get; set; }

    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>As messages name it.</summary>
    public Endpoint Endpoint => new(Guid.Empty, "mysql", Host, Port, Tls, Login, Guid.Empty, Pin, Database);
}

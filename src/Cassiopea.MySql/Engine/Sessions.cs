using Cassiopea.MySql.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>Opens connections as each end needs them, and keeps their counts.</summary>
internal sealed class Sessions(MySqlAccount source, MySqlAccount target, DatabaseCopyOptions options) : IDisposable
{
    /// <summary>Nothing of the session's settings refuses or changes what the source holds: zero dates, row 0, rows before their parents.</summary>
    private const string TargetMode = "SET sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone='+00:00', unique_checks=0, foreign_key_checks=0, net_read_timeout=600, wait_timeout=28800";

    private readonly LargeRows _largeRows = new();
    private readonly Lock _lock = new();
    private readonly List<MySqlConnection> _open = [];
    private long _closedRoundTrips;

    public MySqlAccount Source => source;

    public MySqlAccount Target => target;

    public long RoundTrips
    {
        get
        {
            lock (_lock) return _closedRoundTrips + _open.Sum(static connection => connection.RoundTrips);
        }
    }

    /// <summary>A connection that reads: raw bytes, instants in UTC.</summary>
    public async Task<MySqlConnection> OpenSourceAsync(CancellationToken token)
    {
        var connection = await OpenAsync(source, TransferSide.Source, load: false, token);
        await connection.ExecuteAsync("SET character_set_results=NULL, sql_mode='', time_zone='+00:00', net_write_timeout=600, wait_timeout=28800", token);
        return connection;
    }

    /// <summary>A connection that writes, or reads back what was written.</summary>
    public async Task<MySqlConnection> OpenTargetAsync(CancellationToken token)
    {
        var connection = await OpenAsync(target, TransferSide.Target, load: options.Method == WriteMethod.Auto, token);
        await connection.ExecuteAsync("SET character_set_results=NULL, net_write_timeout=600", token);
        await connection.ExecuteAsync(TargetMode, token);
        return connection;
    }

    public async ValueTask CloseAsync(MySqlConnection? connection)
    {
        if (connection is null) return;
        lock (_lock)
        {
            if (_open.Remove(connection)) _closedRoundTrips += connection.RoundTrips;
        }

        await connection.DisposeAsync();
    }

    public void Dispose() => _largeRows.Dispose();

    private async Task<MySqlConnection> OpenAsync(MySqlAccount account, TransferSide side, bool load, CancellationToken token)
    {
        var connection = await MySqlConnection.OpenAsync(
            account, side, new() { Idle = options.Idle, TrustedRoots = options.TrustedRoots, AllowLoad = load, LargeRows = _largeRows }, token);
        lock (_lock) _open.Add(connection);
        return connection;
    }
}

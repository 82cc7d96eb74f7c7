using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>One table as the server tells it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Engine">Storage engine.</param>
/// <param name="Rows">Rows, as the server estimates them.</param>
/// <param name="Bytes">Bytes of data and indexes.</param>
/// <param name="HasKey">False when it can only be compared and sent as a whole.</param>
public sealed record SurveyedTable(string Name, string Engine, long Rows, long Bytes, bool HasKey);

/// <summary>What is in a database.</summary>
/// <param name="Server">Version as the server says it.</param>
/// <param name="Charset">The database's character set.</param>
/// <param name="SqlMode">The server's sql_mode.</param>
/// <param name="MaxAllowedPacket">Largest row that the server takes or gives, bytes.</param>
/// <param name="LocalInfile">True when LOAD DATA LOCAL is allowed.</param>
/// <param name="Tables">Tables, largest first.</param>
/// <param name="Rows">Rows in all, as the server estimates them.</param>
/// <param name="Bytes">Bytes in all.</param>
/// <param name="Views">Views.</param>
/// <param name="Routines">Functions and procedures that the account sees.</param>
/// <param name="Triggers">Triggers that the account sees.</param>
/// <param name="Events">Events that the account sees.</param>
/// <param name="LastChangedAt">Last change of any table as the server says; null when it does not.</param>
/// <param name="MissingRights">Rights without which something may stay unseen.</param>
/// <param name="ReadOnlyAccount">The statements by which the old host's staff make a second, read-only account; the site's own account stays as it is.</param>
public sealed record DatabaseSurveyResult(
    string Server,
    string Charset,
    string SqlMode,
    long MaxAllowedPacket,
    bool LocalInfile,
    IReadOnlyList<SurveyedTable> Tables,
    long Rows,
    long Bytes,
    int Views,
    int Routines,
    int Triggers,
    int Events,
    DateTimeOffset? LastChangedAt,
    IReadOnlyList<string> MissingRights,
    string ReadOnlyAccount);

/// <summary>Measures a database; reads names and numbers, no row.</summary>
public static class DatabaseSurvey
{
    /// <summary>Enters and measures. About ten round trips.</summary>
    /// <param name="account">The database.</param>
    /// <param name="side">Which end it is, for failures.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="MySqlException">It cannot be entered or read.</exception>
    public static async Task<DatabaseSurveyResult> RunAsync(MySqlAccount account, TransferSide side, DatabaseCopyOptions options, CancellationToken token)
    {
        await using var connection = await MySqlConnection.OpenAsync(account, side, new() { Idle = options.Idle, TrustedRoots = options.TrustedRoots }, token);
        await connection.ExecuteAsync("SET time_zone='+00:00'", token);
        var schema = await SchemaReader.ReadAsync(connection, account.Endpoint.Database, token);
        var grants = await Grants.ReadAsync(connection, schema.Database, token);
        string[] wanted = side == TransferSide.Source ? ["SELECT", "LOCK TABLES", "SHOW VIEW", "TRIGGER", "EVENT"] : ["SELECT", "INSERT", "DELETE", "CREATE", "DROP", "CREATE VIEW", "CREATE ROUTINE", "TRIGGER", "EVENT"];
        return new(
            schema.Server.Version, schema.Server.DatabaseCharset, schema.Server.SqlMode, schema.Server.MaxAllowedPacket, schema.Server.LocalInfile,
            [.. schema.Tables.OrderByDescending(static t => t.DataBytes + t.IndexBytes).Select(static t => new SurveyedTable(t.Name, t.Engine, t.EstimatedRows, t.DataBytes + t.IndexBytes, t.Key.Count > 0))],
            schema.Tables.Sum(static t => t.EstimatedRows), schema.Tables.Sum(static t => t.DataBytes + t.IndexBytes), Count(schema, ObjectKind.View),
            Count(schema, ObjectKind.Function) + Count(schema, ObjectKind.Procedure), Count(schema, ObjectKind.Trigger), Count(schema, ObjectKind.Event),
            schema.Tables.Max(static t => t.UpdatedAt), [.. wanted.Where(right => !grants.Has(right))], Checks.ReadOnlyAccount(schema.Database));
    }

    /// <summary>The statements by which the old host's staff make a second account that can only read; the password is theirs to choose.</summary>
    /// <param name="database">The database's name.</param>
    public static string ReadOnlyAccount(string database) => Checks.ReadOnlyAccount(database);

    private static int Count(SchemaInfo schema, ObjectKind kind) => schema.Objects.Count(o => o.Kind == kind);
}

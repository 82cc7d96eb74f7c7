using System.Security.Cryptography;
using System.Text;
using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>
/// Makes and removes a second account at the old server that can only read one database. No other account is touched: a name that exists already and that the
/// caller has not made is refused.
/// </summary>
public static class ReadOnlyAccounts
{
    /// <summary>The server's number for "CREATE USER failed": the name is there already, and nothing was made.</summary>
    public const int NotMade = 1396;

    /// <summary>Makes the account, or makes it anew when <paramref name="ours"/>. Doing it twice does no harm. The password itself never leaves this process: its hash does.</summary>
    /// <param name="administrator">An account that may make others; its database is the one to be read.</param>
    /// <param name="login">The new account's name, at most 16 characters as MySQL 5.5 allows, of letters, digits and <c>_</c>.</param>
    /// <param name="password">Its password.</param>
    /// <param name="ours">True when an earlier call of the caller may have made it.</param>
    /// <param name="intend">Called once it is known that the name is free, and before it is taken: the caller writes down that it is its own from now on. Not called when <paramref name="ours"/>.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="MySqlException">The server refused, the name is somebody else's, or the connection was lost.</exception>
    public static async Task AddAsync(MySqlAccount administrator, string login, string password, bool ours, Func<Task> intend, DatabaseCopyOptions options, CancellationToken token)
    {
        RefuseName(login);
        await using var connection = await OpenAsync(administrator, options, token);
        if (await ExistsAsync(connection, login, token))
        {
            if (!ours)
                throw new MySqlException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.PermissionDenied, $"The old server has an account {login} that was not made here: it is not touched. Remove it, or ask for another.");
            await connection.ExecuteAsync($"DROP USER '{login}'@'%'", token);
        }

        if (!ours) await intend();
        var hash = "*" + Convert.ToHexString(SHA1.HashData(SHA1.HashData(Encoding.UTF8.GetBytes(password))));
        var how = (await SchemaReader.ServerAsync(connection, token)).KnowsPlugins ? $"WITH mysql_native_password AS '{hash}'" : $"BY PASSWORD '{hash}'";
        await connection.ExecuteAsync($"CREATE USER '{login}'@'%' IDENTIFIED {how}", token);
        var database = administrator.Endpoint.Database;
        await connection.ExecuteAsync($"GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON {MySqlConnection.Name(Checks.GrantPattern(database))}.* TO '{login}'@'%'", token);
        // how routines are made stands in a table of the whole server (not in MySQL 8): read only where this database has some
        var routines = (await connection.QueryAsync(
            "SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? AND EXISTS (SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME = 'proc')", [database], token)).Rows[0][0];
        if (MySqlResult.Number(routines) > 0) await connection.ExecuteAsync($"GRANT SELECT ON mysql.proc TO '{login}'@'%'", token);
    }

    /// <summary>Removes the account; one that is not there is removed already.</summary>
    /// <param name="administrator">An account that may remove others.</param>
    /// <param name="login">The name, as of <see cref="AddAsync"/>.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="MySqlException">The server refused, or the connection was lost.</exception>
    public static async Task RemoveAsync(MySqlAccount administrator, string login, DatabaseCopyOptions options, CancellationToken token)
    {
        RefuseName(login);
        await using var connection = await OpenAsync(administrator, options, token);
        if (await ExistsAsync(connection, login, token)) await connection.ExecuteAsync($"DROP USER '{login}'@'%'", token);
    }

    private static Task<MySqlConnection> OpenAsync(MySqlAccount administrator, DatabaseCopyOptions options, CancellationToken token) =>
        MySqlConnection.OpenAsync(administrator, TransferSide.Source, new() { Idle = options.Idle, TrustedRoots = options.TrustedRoots }, token);

    private static async Task<bool> ExistsAsync(MySqlConnection connection, string login, CancellationToken token) =>
        (await connection.QueryAsync("SELECT 1 FROM mysql.user WHERE User = ?", [login], token)).Rows.Count > 0;

    private static void RefuseName(string login)
    {
        if (login.Length is 0 or > 16 || !login.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw new ArgumentException("At most 16 letters, digits and underscores.", nameof(login));
    }
}

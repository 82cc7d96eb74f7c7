using System.Globalization;

namespace Cassiopea.MySql.Schema;

/// <summary>Asks a server what is in the database that the connection is in.</summary>
internal static class SchemaReader
{
    public static async Task<SchemaInfo> ReadAsync(MySqlConnection connection, string database, CancellationToken token)
    {
        var server = await ServerAsync(connection, token);
        var rows = await connection.QueryAsync(
            "SELECT TABLE_NAME, TABLE_TYPE, ENGINE, ROW_FORMAT, TABLE_ROWS, DATA_LENGTH, INDEX_LENGTH, CREATE_OPTIONS, UPDATE_TIME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME", token);
        List<TableInfo> tables = [];
        List<ObjectInfo> objects = [];
        List<string> other = [];
        foreach (var row in rows.Rows)
        {
            var (name, type) = (MySqlResult.Text(row[0])!, MySqlResult.Text(row[1]));
            if (type is "BASE TABLE" or "SYSTEM VERSIONED") tables.Add(Table(name, row));
            else if (type is "VIEW" or "SYSTEM VIEW") objects.Add(new(ObjectKind.View, name));
            else other.Add($"{type?.ToLowerInvariant()} {name}");
        }

        await ColumnsAsync(connection, tables, token);
        await IndexesAsync(connection, tables, token);
        await ObjectsAsync(connection, objects, token);
        return new(database, server, tables, objects, other);
    }

    public static async Task<ServerInfo> ServerAsync(MySqlConnection connection, CancellationToken token)
    {
        var row = (await connection.QueryAsync(
            "SELECT VERSION(), @@GLOBAL.sql_mode, @@GLOBAL.max_allowed_packet, @@GLOBAL.local_infile, @@GLOBAL.lower_case_table_names, @@GLOBAL.character_set_server, @@character_set_database, @@collation_database, @@GLOBAL.log_bin, @@GLOBAL.log_bin_trust_function_creators", token)).Rows[0];
        return new(
            MySqlResult.Text(row[0])!, MySqlResult.Text(row[1])!, MySqlResult.Number(row[2]), On(row[3]), (int)MySqlResult.Number(row[4]),
            MySqlResult.Text(row[5])!, MySqlResult.Text(row[6])!, MySqlResult.Text(row[7])!, On(row[8]), On(row[9]));
    }

    /// <summary>The statement that makes a table.</summary>
    public static async Task<string> CreateTableAsync(MySqlConnection connection, string quotedName, CancellationToken token) =>
        MySqlResult.Text((await connection.QueryAsync("SHOW CREATE TABLE " + quotedName, token)).Rows[0][1])!;

    private static bool On(byte[]? value) => MySqlResult.Text(value) is "1" or "ON";

    private static TableInfo Table(string name, byte[]?[] row) => new(
        name, MySqlResult.Text(row[2]) ?? "", MySqlResult.Text(row[3]) ?? "", MySqlResult.Number(row[4]), MySqlResult.Number(row[5]), MySqlResult.Number(row[6]), MySqlResult.Text(row[7]) ?? "",
        DateTimeOffset.TryParse(MySqlResult.Text(row[8]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null);

    private static async Task ColumnsAsync(MySqlConnection connection, List<TableInfo> tables, CancellationToken token)
    {
        var rows = await connection.QueryAsync(
            "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, IS_NULLABLE, EXTRA, CHARACTER_MAXIMUM_LENGTH FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION", token);
        var byTable = rows.Rows.ToLookup(static row => MySqlResult.Text(row[0])!, StringComparer.Ordinal);
        foreach (var table in tables)
        {
            table.Columns = [.. byTable[table.Name].Select(static row => new ColumnInfo(
                MySqlResult.Text(row[1])!, MySqlResult.Text(row[2])!.ToLowerInvariant(), MySqlResult.Text(row[3])!, MySqlResult.Text(row[4]), MySqlResult.Text(row[5]),
                MySqlResult.Text(row[6]) == "YES", MySqlResult.Text(row[7]) ?? "", MySqlResult.Number(row[8])))];
        }
    }

    private static async Task IndexesAsync(MySqlConnection connection, List<TableInfo> tables, CancellationToken token)
    {
        var rows = await connection.QueryAsync(
            "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, NULLABLE, INDEX_TYPE FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX", token);
        var byTable = rows.Rows.ToLookup(static row => MySqlResult.Text(row[0])!, StringComparer.Ordinal);
        foreach (var table in tables)
        {
            table.Indexes = [.. byTable[table.Name].GroupBy(static row => MySqlResult.Text(row[1])!, StringComparer.Ordinal).Select(static index => new IndexInfo(
                index.Key, MySqlResult.Number(index.First()[2]) == 0, MySqlResult.Text(index.First()[6]) ?? "",
                [.. index.Select(static row => new IndexPart(MySqlResult.Text(row[3]) ?? "", row[4] is null ? null : MySqlResult.Number(row[4]), MySqlResult.Text(row[5]) == "YES"))]))];
        }
    }

    private static async Task ObjectsAsync(MySqlConnection connection, List<ObjectInfo> objects, CancellationToken token)
    {
        foreach (var row in (await connection.QueryAsync("SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1, 2", token)).Rows)
            objects.Add(new(MySqlResult.Text(row[0]) == "FUNCTION" ? ObjectKind.Function : ObjectKind.Procedure, MySqlResult.Text(row[1])!));
        foreach (var row in (await connection.QueryAsync("SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER", token)).Rows)
            objects.Add(new(ObjectKind.Trigger, MySqlResult.Text(row[0])!, MySqlResult.Text(row[1])!));
        foreach (var row in (await connection.QueryAsync("SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY 1", token)).Rows)
            objects.Add(new(ObjectKind.Event, MySqlResult.Text(row[0])!));
    }
}

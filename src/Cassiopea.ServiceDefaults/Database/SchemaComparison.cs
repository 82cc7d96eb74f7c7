using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults;

/// <summary>Compares what the scripts made with what the EF model expects; each service has a test that finds no difference.</summary>
public static class SchemaComparison
{
    private sealed record Column(string TableName, string ColumnName, string DataType, bool Nullable);

    /// <summary>One line per column of the model that is absent, of another type or of another nullability. Empty = equal.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(DbContext db, CancellationToken token)
    {
        var actual = (await db.Database.SqlQuery<Column>($"""
            select c.relname::text as "TableName", a.attname::text as "ColumnName", format_type(a.atttypid, a.atttypmod) as "DataType",
                   not a.attnotnull as "Nullable"
            from pg_attribute a join pg_class c on c.oid = a.attrelid
            where c.relkind in ('r', 'p', 'v') and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
            """).ToListAsync(token)).ToDictionary(column => (column.TableName, column.ColumnName));

        var differences = new List<string>();
        foreach (var column in db.Model.GetRelationalModel().Tables.SelectMany(table => table.Columns).Where(column => column.Name != "xmin"))
        {
            var name = $"{column.Table.Name}.{column.Name}";
            if (!actual.TryGetValue((column.Table.Name, column.Name), out var found)) differences.Add($"{name} is absent");
            else if (found.DataType != column.StoreType) differences.Add($"{name} is {found.DataType}, the model says {column.StoreType}");
            else if (found.Nullable != column.IsNullable)
                differences.Add($"{name} is {Word(found.Nullable)}, the model says {Word(column.IsNullable)}");
        }

        return differences;
    }

    private static string Word(bool nullable) => nullable ? "nullable" : "not null";
}

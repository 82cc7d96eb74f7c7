using Microsoft.Data.Sqlite;

namespace Cassiopea.Mail;

/// <summary>Reads the address books of Roundcube's SQLite database, which is only read.</summary>
internal static class RoundcubeContacts
{
    /// <summary>The contacts of a login that were not deleted; their own cards where the database has them.</summary>
    /// <exception cref="SqliteException">The file is no such database.</exception>
    public static async Task<List<VCard>> ReadAsync(string file, string login, CancellationToken token)
    {
        List<VCard> cards = [];
        await using var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        await database.OpenAsync(token);
        await using var query = database.CreateCommand();
        query.CommandText = """
            select c.contact_id, coalesce(c.vcard, ''), coalesce(c.name, ''), coalesce(c.firstname, ''), coalesce(c.surname, ''), coalesce(c.email, '')
            from contacts c join users u on u.user_id = c.user_id
            where lower(u.username) = $login and c.del = 0 order by c.contact_id
            """;
        query.Parameters.AddWithValue("$login", login.ToLowerInvariant());
        await using var rows = await query.ExecuteReaderAsync(token);
        while (await rows.ReadAsync(token))
        {
            cards.Add(VCard.Read(rows.GetString(1)) is [var own, ..]
                ? own
                : VCard.Of(
                    $"roundcube-{rows.GetInt64(0)}", rows.GetString(2), rows.GetString(3), rows.GetString(4),
                    rows.GetString(5).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
        }

        return cards;
    }
}

using System.Globalization;
using Cassiopea.MySql.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Tests.Wire;

/// <summary>Prepared statements: values apart from the statement, binary rows.</summary>
public sealed class PreparedTests
{
    private const string Types = """
        create table types (
            id int primary key, ti tinyint, tu tinyint unsigned, si smallint, su smallint unsigned, mi mediumint, mu mediumint unsigned, iu int unsigned, bi bigint, bu bigint unsigned,
            f float, d double, n decimal(30,10), y year, da date, dt datetime, d6 datetime(6), ts timestamp null, t time, t6 time(6), b bit(20), c char(5), v varchar(50), tx longtext, bl blob, e enum('a','é'), s set('x','y')) default charset=utf8mb4;
        insert into types values
            (1,-128,255,-32768,65535,-8388608,16777215,4294967295,-9223372036854775808,18446744073709551615,3.4028234663852886e38,-1.7976931348623157e308,-12345678901234567890.0123456789,1901,'2024-02-29','2024-02-29 23:59:59','2024-02-29 23:59:59.000001','2030-01-01 00:00:00','-838:59:59','100:00:00.500000',b'10100000000000000001','hé','it''s é','',x'00ff5c0a','é','x,y'),
            (2,0,0,0,0,0,0,0,0,0,0.1,0.1,0,0,'0000-00-00','0000-00-00 00:00:00','0000-00-00 00:00:00',null,'00:00:00','00:00:00',0,'','','NULL','','a',''),
            (3,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null);
        """;

    [Fact]
    [Trait("Category", "Servers")]
    [Trait("Requirement", "D2")]
    public async Task D2_binary_rows_say_what_text_rows_say_and_keep_every_digit_of_a_float()
    {
        var two = await TwoDatabases.StartAsync(Types);
        await using var connection = await MySqlConnection.OpenAsync(two.Source, TransferSide.Source, new(), default);
        var text = await connection.QueryAsync("SELECT * FROM types WHERE id > 0 ORDER BY id", default);
        var binary = await connection.QueryAsync("SELECT * FROM types WHERE id > ? ORDER BY id", [0L], default);
        Assert.Equal(text.Columns.Select(c => c.Name), binary.Columns.Select(c => c.Name));
        for (var row = 0; row < text.Rows.Count; row++)
            for (var i = 0; i < text.Columns.Count; i++)
            {
                var (wanted, got, name) = (MySqlResult.Text(text.Rows[row][i]), MySqlResult.Text(binary.Rows[row][i]), text.Columns[i].Name);
                if (name == "d") Assert.Equal(Number(wanted), Number(got));
                else if (name == "f") Assert.Equal((float?)Number(wanted) is { } f ? f.ToString("g5", CultureInfo.InvariantCulture) : null, (float?)Number(got) is { } g ? g.ToString("g5", CultureInfo.InvariantCulture) : null);
                else Assert.True(wanted == got || name is "d6" or "t6" && wanted == got + ".000000", $"{name} of row {row + 1}: {wanted} as text, {got} as binary");
            }

        Assert.Equal(float.MaxValue, (float)Number(MySqlResult.Text(binary.Rows[0][10]))!.Value);
        Assert.NotEqual(float.MaxValue, (float)Number(MySqlResult.Text(text.Rows[0][10]))!.Value); // why text is not enough
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task Values_of_any_kind_and_size_never_stand_in_the_statement()
    {
        var two = await TwoDatabases.StartAsync("");
        await using var connection = await MySqlConnection.OpenAsync(two.Target, TransferSide.Target, new(), default);
        var large = new byte[0xFFFFFF + 1000];
        new Random(2).NextBytes(large);
        object?[] values = ["'; DROP TABLE t; -- é\\", new byte[] { 0, 255, 10 }, -5L, 0.1, null, large];
        var row = Assert.Single((await connection.QueryAsync("SELECT ?, ?, ?, ?, ?, LENGTH(?)", values, default)).Rows);
        Assert.Equal("'; DROP TABLE t; -- é\\", MySqlResult.Text(row[0]));
        Assert.Equal([0, 255, 10], row[1]);
        Assert.Equal(("-5", "0.1", null, $"{large.Length}"), (MySqlResult.Text(row[2]), MySqlResult.Text(row[3]), MySqlResult.Text(row[4]), MySqlResult.Text(row[5])));

        await Assert.ThrowsAsync<ArgumentException>(() => connection.QueryAsync("SELECT ?", [], default));
        var refused = await Assert.ThrowsAsync<MySqlException>(() => connection.QueryAsync("SELECT ? FROM nowhere", [1L], default));
        Assert.Equal((1146, true), (refused.Number, refused.ConnectionUsable));
        Assert.Equal("0", MySqlResult.Text((await connection.QueryAsync("SHOW STATUS LIKE 'Prepared_stmt_count'", default)).Rows.Single()[1])); // none is kept
    }

    [Fact]
    [Trait("Requirement", "sec-S13")]
    public void Twenty_thousand_mutated_rows_never_break_the_parser()
    {
        byte[] types = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 15, 16, 246, 252, 253, 254, 255, 6, 200];
        byte[] corpus = [0, 0, 0, 7, 1, 0, 2, 0, 0, 0, 3, .. "abc"u8, 11, 0xE8, 7, 2, 29, 23, 59, 59, 1, 0, 0, 0, 8, 1, 34, 0, 0, 0, 22, 59, 59, 0xFC, 2, 0, .. "hi"u8];
        var random = new Random(11);
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var columns = Enumerable.Range(0, random.Next(1, 12)).Select(_ => new MySqlColumn("c", 63, types[random.Next(types.Length)], (ushort)(random.Next(2) * FieldType.Unsigned))).ToList();
            var row = corpus.AsSpan(0, random.Next(corpus.Length + 1)).ToArray();
            for (var n = random.Next(0, 6); n > 0 && row.Length > 0; n--) row[random.Next(row.Length)] = (byte)random.Next(256);
            try
            {
                Assert.Equal(columns.Count, BinaryRow.Fields(row, columns).Length);
                read++;
            }
            catch (MySqlSyntaxException)
            {
                // the parser's own exception
            }
        }

        Assert.InRange(read, 1, 19_999);
    }

    [Theory]
    [InlineData("a statement of 60,000 values", new byte[] { 0, 1, 0, 0, 0, 0, 0, 0x60, 0xEA, 0, 0, 0 })]
    [InlineData("too short", new byte[] { 0, 1, 0 })]
    [InlineData("neither OK nor an error", new byte[] { 7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [Trait("Requirement", "sec-S13")]
    public async Task An_answer_to_a_statement_that_is_none_ends_the_connection(string what, byte[] answer)
    {
        await using var server = FakeServer.Start(async s =>
        {
            await s.LetInAsync();
            Assert.Equal(0x16, (await s.ReceiveAsync())[0]);
            await s.SendAsync(answer);
            await s.DrainAsync();
        });
        await using var connection = await MySqlConnection.OpenAsync(server.Account(), TransferSide.Source, new(), default);
        var broken = await Assert.ThrowsAsync<MySqlException>(() => connection.QueryAsync("SELECT ?", ["x"], default));
        Assert.True(broken.Code == TransferCode.ProtocolBroken && connection.Closed, $"{what}: {broken}");
    }

    private static double? Number(string? text) => text is null ? null : double.Parse(text, CultureInfo.InvariantCulture);
}

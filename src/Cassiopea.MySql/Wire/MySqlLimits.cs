namespace Cassiopea.MySql.Wire;

/// <summary>What a server may make us hold. Beyond a bound the connection is given up.</summary>
internal sealed record MySqlLimits
{
    /// <summary>Largest packet that is not a row, bytes.</summary>
    public int Message { get; init; } = 1 << 20;

    /// <summary>Largest row, bytes: the protocol's own limit of max_allowed_packet.</summary>
    public int Row { get; init; } = 1 << 30;

    /// <summary>Most columns of a result.</summary>
    public int Columns { get; init; } = 4096;

    /// <summary>Most rows of a result that is held in memory.</summary>
    public int Rows { get; init; } = 1_000_000;

    /// <summary>Most bytes of a result that is held in memory.</summary>
    public long ResultBytes { get; init; } = 128 << 20;

    public static MySqlLimits Standard { get; } = new();
}

/// <summary>The parser's own exception: what the server sent is not the MySQL protocol. The connection turns it into a <see cref="MySqlException"/>.</summary>
internal sealed class MySqlSyntaxException(string text) : Exception(text);

namespace Cassiopea.Databases;

/// <summary>What a table held after the last delta before the cut-over.</summary>
internal sealed class LastDelta
{
    public Guid ItemId { get; set; }

    public string TableName { get; set; } = "";

    public int Pass { get; set; }

    public long Rows { get; set; }

    /// <summary>Sum of the hashes of its rows.</summary>
    public string Hash { get; set; } = "";

    public DateTimeOffset AsOf { get; set; }
}

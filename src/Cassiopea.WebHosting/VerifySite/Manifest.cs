using Cassiopea.Contracts;

namespace Cassiopea.WebHosting;

/// <summary>The proof of a verification.</summary>
internal sealed class Manifest
{
    public Guid ItemId { get; set; }

    public int Pass { get; set; }

    /// <summary>SHA-256 of the list of all files as compared, lower-case hex.</summary>
    public string Sha256 { get; set; } = "";

    public Grade Grade { get; set; }

    public long Compared { get; set; }

    public long Bytes { get; set; }

    /// <summary>Files that only the new place has.</summary>
    public long Extra { get; set; }

    public long Differences { get; set; }

    public DateTimeOffset AsOf { get; set; }
}

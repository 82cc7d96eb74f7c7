using Cassiopea.Contracts;

namespace Cassiopea.Mail;

/// <summary>The proof of a verification.</summary>
internal sealed class Manifest
{
    public Guid ItemId { get; set; }

    public int Pass { get; set; }

    /// <summary>SHA-256 of the list of all messages as compared, lower-case hex.</summary>
    public string Sha256 { get; set; } = "";

    public Grade Grade { get; set; }

    public long Compared { get; set; }

    public long Bytes { get; set; }

    public long Extra { get; set; }

    public long Differences { get; set; }

    /// <summary>JSON: per folder counts and bytes.</summary>
    public string Folders { get; set; } = "[]";

    public DateTimeOffset AsOf { get; set; }
}

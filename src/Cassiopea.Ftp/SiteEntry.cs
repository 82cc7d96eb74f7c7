namespace Cassiopea.Ftp;

/// <summary>What an entry of a listing is.</summary>
public enum SiteEntryKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A device, socket or pipe.</summary>
    Special,

    /// <summary>A line of the server that is not understood: <see cref="SiteEntry.Path"/> holds the line.</summary>
    Unknown,
}

/// <summary>How exact a listed time is.</summary>
public enum TimePrecision
{
    /// <summary>No time was told.</summary>
    None,

    /// <summary>A date only.</summary>
    Day,

    /// <summary>Without seconds, in the server's own time zone.</summary>
    Minute,

    /// <summary>UTC, to the second.</summary>
    Second,
}

/// <summary>One entry of a directory.</summary>
/// <param name="Path">Below the site's root.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Bytes; -1 when not told.</param>
/// <param name="Modified">When its content changed; Unix seconds, 0 when not told.</param>
/// <param name="Precision">How exact <paramref name="Modified"/> is.</param>
/// <param name="Mode">Permission bits, for example octal 644; null when not told.</param>
/// <param name="LinkTarget">Where a link points, as the server tells; empty when it does not.</param>
public sealed record SiteEntry(
    SitePath Path, SiteEntryKind Kind, long Size, long Modified, TimePrecision Precision, int? Mode, SitePath LinkTarget = default);

/// <summary>What a written file is to have.</summary>
/// <param name="Size">Bytes expected; -1 = not known.</param>
/// <param name="Modified">Unix seconds UTC; null = leave it.</param>
/// <param name="Mode">Permission bits; null = leave them.</param>
public readonly record struct SiteFileFacts(long Size = -1, long? Modified = null, int? Mode = null);

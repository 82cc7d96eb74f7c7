namespace Cassiopea.Lab.Seed;

/// <summary>One message as it is to stand on the old host.</summary>
/// <param name="Folder">Folder path, parts from the top; INBOX is the single part <c>INBOX</c>.</param>
/// <param name="Content">Its octets, as they stand in the file.</param>
/// <param name="InternalDate">When the server received it.</param>
/// <param name="Flags">Maildir letters, in order: D draft, F flagged, R answered, S seen, T deleted.</param>
/// <param name="Keywords">Keywords; at most 26 different ones in a folder.</param>
public sealed record SeedMessage(
    IReadOnlyList<string> Folder,
    byte[] Content,
    DateTimeOffset InternalDate,
    string Flags = "",
    params IReadOnlyList<string> Keywords)
{
    /// <summary>Writes this size into the file's name instead of the true one: reading the message then breaks the connection.</summary>
    public long? WrongSize { get; init; }
}

/// <summary>One folder, with or without messages.</summary>
/// <param name="Path">Parts from the top.</param>
/// <param name="Subscribed">The member's mail program shows it.</param>
public sealed record SeedFolder(IReadOnlyList<string> Path, bool Subscribed = true);

/// <summary>A whole mailbox, made by code from a fixed seed.</summary>
/// <param name="Name">For people.</param>
/// <param name="Folders">All folders.</param>
/// <param name="Messages">All messages, in order within each folder.</param>
public sealed record SeedMailbox(string Name, IReadOnlyList<SeedFolder> Folders, IReadOnlyList<SeedMessage> Messages);

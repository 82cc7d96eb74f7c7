namespace Cassiopea.Imap.Mailbox;

/// <summary>One folder as the server tells it.</summary>
/// <param name="Path">Path, <c>/</c> between levels.</param>
/// <param name="Messages">Messages.</param>
/// <param name="Bytes">Bytes; null when the server does not tell.</param>
/// <param name="Subscribed">True when subscribed.</param>
/// <param name="Use">Special use, lower case: <c>sent</c>, <c>drafts</c> …; empty when none.</param>
public sealed record SurveyedFolder(string Path, long Messages, long? Bytes, bool Subscribed, string Use);

/// <summary>What is in a mailbox.</summary>
/// <param name="Folders">Every folder of the personal namespace, largest first.</param>
/// <param name="OtherFolders">Shared and other people's folders: not moved, named.</param>
/// <param name="Messages">Messages in all.</param>
/// <param name="Bytes">Bytes in all; null when the server does not tell.</param>
/// <param name="NewestReceivedAt">When the newest message of INBOX was received; null when it is empty.</param>
/// <param name="QuotaUsedBytes">Bytes used; null without quota.</param>
/// <param name="QuotaLimitBytes">Bytes allowed; null without quota.</param>
/// <param name="LargestMessageBytes">Largest message that the server takes (APPENDLIMIT); null when not announced.</param>
/// <param name="Software">What the server calls itself; empty when it does not.</param>
public sealed record MailboxSurveyResult(
    IReadOnlyList<SurveyedFolder> Folders,
    IReadOnlyList<string> OtherFolders,
    long Messages,
    long? Bytes,
    DateTimeOffset? NewestReceivedAt,
    long? QuotaUsedBytes,
    long? QuotaLimitBytes,
    long? LargestMessageBytes,
    string Software);

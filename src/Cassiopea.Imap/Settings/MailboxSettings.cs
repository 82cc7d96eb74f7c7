using System.Text.Json.Serialization;
using Cassiopea.Imap.Sieve;

namespace Cassiopea.Imap.Settings;

/// <summary>Who may do what in a folder (RFC 4314).</summary>
/// <param name="Folder">Path, <c>/</c> between levels.</param>
/// <param name="Identifier">A login name, or <c>anyone</c> and the like; with <c>-</c> in front rights that are taken away.</param>
/// <param name="Rights">Letters, sorted.</param>
public sealed record FolderRights(string Folder, string Identifier, string Rights);

/// <summary>An annotation (RFC 5464).</summary>
/// <param name="Folder">Path, <c>/</c> between levels; empty for the account.</param>
/// <param name="Entry">For example <c>/private/comment</c>.</param>
/// <param name="Value">Its octets.</param>
public sealed record Annotation(string Folder, string Entry, byte[] Value);

/// <summary>What a mailbox holds beside its messages.</summary>
/// <param name="Scripts">Sieve scripts; in an export each stands in a file of its own too.</param>
/// <param name="Rights">Rights that others have in its folders.</param>
/// <param name="Annotations">Annotations of folders and of the account.</param>
/// <param name="NotOffered">What the server does not offer: <c>sieve</c>, <c>acl</c>, <c>metadata</c>.</param>
public sealed record MailboxSettings(
    IReadOnlyList<SieveScript> Scripts, IReadOnlyList<FolderRights> Rights, IReadOnlyList<Annotation> Annotations, IReadOnlyList<string> NotOffered)
{
    /// <summary>True when there is nothing to carry over.</summary>
    [JsonIgnore]
    public bool IsEmpty => Scripts.Count + Rights.Count + Annotations.Count == 0;
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MailboxSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext;

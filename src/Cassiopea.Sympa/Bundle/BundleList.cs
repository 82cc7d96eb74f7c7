using System.Globalization;
using Cassiopea.Sympa.Format;

namespace Cassiopea.Sympa.Bundle;

/// <summary>A source of people that a list includes. Passwords in it are not said.</summary>
/// <param name="Kind">Sympa's word, for example <c>include_sql_query</c>.</param>
/// <param name="Lines">Its lines, secrets redacted.</param>
public sealed record BundleInclude(string Kind, IReadOnlyList<string> Lines);

/// <summary><c>list.json</c>: the settings of a list in the words of no program, with the scenario that each stands for.</summary>
/// <param name="Name">Local part.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Language">Two letters.</param>
/// <param name="Visible">Shown in the host's list of lists.</param>
/// <param name="Posting"><c>anyone</c>, <c>confirm</c>, <c>members</c>, <c>members-others-moderated</c>, <c>members-moderated</c>, <c>moderated</c>, <c>owners</c>, <c>nobody</c>, <c>other</c>.</param>
/// <param name="SendScenario">Sympa's own word for it.</param>
/// <param name="Subscribing"><c>anyone</c>, <c>confirm</c>, <c>owners</c>, <c>nobody</c>, <c>other</c>.</param>
/// <param name="SubscribeScenario">Sympa's own word for it.</param>
/// <param name="Leaving">The same for unsubscribing.</param>
/// <param name="UnsubscribeScenario">Sympa's own word for it.</param>
/// <param name="Reviewing">Who sees the members: <c>anyone</c>, <c>members</c>, <c>owners</c>, <c>nobody</c>, <c>other</c>.</param>
/// <param name="ArchiveWeb">Who sees the archive: the same words.</param>
/// <param name="ReplyTo"><c>sender</c>, <c>list</c>, <c>all</c>, <c>other</c>.</param>
/// <param name="ReplyAddress">With <c>other</c>.</param>
/// <param name="Tag">In front of subjects, without brackets.</param>
/// <param name="MaxBytes">Largest post; null = the host's.</param>
/// <param name="Digest">Days and hour of the digest, Sympa's words.</param>
/// <param name="Dmarc">How senders are rewritten, Sympa's word; null = the host's.</param>
/// <param name="Includes">Sources of people.</param>
/// <param name="IncludesLists">Addresses of the lists that it includes.</param>
public sealed record BundleList(
    string Name,
    string Subject,
    string Language,
    bool Visible,
    string Posting,
    string SendScenario,
    string Subscribing,
    string SubscribeScenario,
    string Leaving,
    string UnsubscribeScenario,
    string Reviewing,
    string ArchiveWeb,
    string ReplyTo,
    string? ReplyAddress,
    string? Tag,
    long? MaxBytes,
    string? Digest,
    string? Dmarc,
    IReadOnlyList<BundleInclude> Includes,
    IReadOnlyList<string> IncludesLists)
{
    /// <summary>Kinds of sources.</summary>
    internal static readonly string[] IncludeKinds =
        ["include_list", "include_sympa_list", "include_remote_sympa_list", "include_sql_query", "include_ldap_query", "include_ldap_2level_query", "include_file", "include_remote_file", "include_voot_group"];

    private static readonly string[] Secret = ["passwd", "bind_password", "password", "passphrase"];

    /// <summary>Reads it from a config.</summary>
    /// <param name="list">The list.</param>
    /// <param name="config">Without a freeze.</param>
    internal static BundleList Of(ListAddress list, ListConfig config)
    {
        string Scalar(string key, string otherwise) => config.Value(key) ?? otherwise;
        var (send, subscribe, unsubscribe) = (Scalar("send", "private"), Scalar("subscribe", "open"), Scalar("unsubscribe", "open"));
        var reply = config.Value("reply_to_header", "value") ?? "sender";
        return new(
            list.Name, Scalar("subject", list.Name), Scalar("lang", "en").Split('_', '-')[0], Scalar("visibility", "conceal") is "noconceal" or "public",
            Posts(send), send, Joins(subscribe), subscribe, Joins(unsubscribe), unsubscribe,
            Sees(Scalar("review", "owner")), Sees(config.Value("archive", "web_access") ?? config.Value("web_archive", "access") ?? "default"),
            reply is "other_email" ? "other" : reply, config.Value("reply_to_header", "other_email"), config.Value("custom_subject")?.Trim('[', ']'),
            long.TryParse(config.Value("max_size"), CultureInfo.InvariantCulture, out var bytes) ? bytes : null, config.Value("digest"), config.Value("dmarc_protection", "mode"),
            [.. IncludeKinds.SelectMany(config.Groups).Select(static one => new BundleInclude(one.Key, [.. one.Fields.Select(Redacted)]))],
            [.. IncludeKinds.Take(2).SelectMany(config.Groups).Select(one => Included(one, list)).OfType<string>()]);
    }

    private static string Posts(string scenario) => scenario switch
    {
        "public" or "public_nobcc" or "publicnoattachment" or "publicnomultipart" => "anyone",
        "publickey" or "privateorpublickey" => "confirm",
        "private" or "privatekey" or "private_smime" or "confidential" => "members",
        "privateoreditorkey" => "members-others-moderated",
        "privateandeditorkey" or "privatekeyandeditorkeyonly" or "privateandnomultipartoreditorkey" => "members-moderated",
        "editorkey" or "editorkeyonly" or "editorkeyonlyauth" or "editordkim" or "newsletter" or "newsletterkeyonly" => "moderated",
        "owner" or "ownerauth" => "owners",
        "closed" => "nobody",
        _ => "other",
    };

    private static string Joins(string scenario) =>
        scenario is "closed" ? "nobody"
        : scenario.Contains("owner", StringComparison.Ordinal) ? "owners"
        : scenario.StartsWith("open", StringComparison.Ordinal) ? "anyone"
        : scenario.StartsWith("auth", StringComparison.Ordinal) || scenario.StartsWith("confirm", StringComparison.Ordinal) ? "confirm"
        : "other";

    private static string Sees(string scenario) => scenario switch
    {
        "public" or "open" => "anyone",
        "private" => "members",
        "owner" or "listmaster" => "owners",
        "closed" => "nobody",
        _ => "other",
    };

    private static string Redacted((string Key, string Value) field) =>
        Secret.Contains(field.Key) || field.Value.Contains('@', StringComparison.Ordinal) && field.Value.Contains("://", StringComparison.Ordinal) ? $"{field.Key} (redacted)" : $"{field.Key} {field.Value}".TrimEnd();

    // "include_list other" on one line, "include_sympa_list" with a line "listname other"
    private static string? Included(Paragraph one, ListAddress list)
    {
        var name = one.Fields[0].Value.Length > 0 ? one.Fields[0].Value : one.Fields.FirstOrDefault(static field => field.Key == "listname").Value;
        name = name?.Split(' ')[0];
        return string.IsNullOrEmpty(name) ? null : name.Contains('@', StringComparison.Ordinal) ? name.ToLowerInvariant() : $"{name.ToLowerInvariant()}@{list.Robot}";
    }
}

using System.Globalization;
using System.Text.RegularExpressions;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;

namespace Cassiopea.Sympa.Mailman;

/// <summary>A Sympa list in Mailman's terms: what can be said there, and what is lost, counted by kind.</summary>
internal static class MailmanTerms
{
    /// <summary>A person as Mailman can keep them; the same for what Mailman tells, so that both can be compared.</summary>
    public static DumpEntry Of(DumpEntry one, string role)
    {
        var reception = one["reception"] switch
        {
            "digest" or "digestplain" or "summary" or "nomail" or "not_me" => one["reception"]!,
            _ => "mail",
        };
        if (one["suspend"] == "1") reception = "nomail";
        return role == "member"
            ? new([("email", one.Address), ("gecos", one["gecos"] ?? ""), ("reception", reception), ("visibility", one["visibility"] == "conceal" ? "conceal" : "noconceal")])
            : new([("email", one.Address), ("gecos", one["gecos"] ?? "")]);
    }

    /// <summary>The same from Mailman's side.</summary>
    public static DumpEntry Of(MailmanPerson one, string role) => role == "member"
        ? new([("email", one.Email), ("gecos", one.Name), ("reception", Reception(one)), ("visibility", one.Hidden ? "conceal" : "noconceal")])
        : new([("email", one.Email), ("gecos", one.Name)]);

    public static string Role(string role) => role == "editor" ? "moderator" : role;

    public static (string Mode, string Status, bool Hidden, bool OwnPosts) Settings(DumpEntry one) => (
        one["reception"] switch { "digest" => "mime_digests", "digestplain" => "plaintext_digests", "summary" => "summary_digests", _ => "regular" },
        one["reception"] == "nomail" ? "by_moderator" : "enabled", one["visibility"] == "conceal", one["reception"] != "not_me");

    /// <summary>The settings of the list, as one says them to Mailman.</summary>
    public static IReadOnlyList<(string Key, string Value)> Settings(BundleList list, ListAddress from, ListAddress to) =>
    [
        ("description", list.Subject),
        ("display_name", list.Name),
        ("subject_prefix", list.Tag is { Length: > 0 } tag ? $"[{tag}] " : ""),
        ("preferred_language", list.Language is "fr" or "nl" or "en" or "de" ? list.Language : "en"),
        ("subscription_policy", list.Subscribing switch { "anyone" => "open", "confirm" => "confirm", _ => "confirm_then_moderate" }),
        ("unsubscription_policy", list.Leaving is "anyone" ? "open" : "confirm"),
        ("default_member_action", list.Posting switch { "anyone" or "members" or "members-others-moderated" => "defer", "nobody" => "reject", _ => "hold" }),
        ("default_nonmember_action", list.Posting switch { "anyone" => "accept", "members" or "nobody" => "reject", _ => "hold" }),
        ("member_roster_visibility", list.Reviewing switch { "members" or "anyone" => "members", _ => "moderators" }),
        ("reply_goes_to_list", list.ReplyTo switch { "list" => "point_to_list", "other" => "explicit_header", _ => "no_munging" }),
        .. list.ReplyTo == "other" && list.ReplyAddress is { } reply ? (IEnumerable<(string, string)>)[("reply_to_address", to.Rewrite(reply, from))] : [],
        ("max_message_size", Math.Min(list.MaxBytes is > 0 ? list.MaxBytes.Value / 1024 : 0, int.MaxValue).ToString(CultureInfo.InvariantCulture)),
        ("dmarc_mitigate_action", "munge_from"),
        ("acceptable_aliases", from.ToString()),
        ("send_goodbye_message", "false"),
    ];

    /// <summary>A line of Sympa's blocklist as Mailman bans: an address, or a pattern.</summary>
    public static string Ban(string line) => line.Contains('*', StringComparison.Ordinal) ? "^" + Regex.Escape(line).Replace("\\*", ".*", StringComparison.Ordinal) + "$" : line;

    /// <summary>What Mailman cannot keep, with how many it concerns.</summary>
    public static IReadOnlyList<string> Losses(ListBundle bundle, BundleList list)
    {
        var members = bundle.People("member");
        List<string> losses = [];
        void Count(string kind, long count, string text)
        {
            if (count > 0) losses.Add(string.Create(CultureInfo.InvariantCulture, $"{kind}: {count} {text}"));
        }

        Count("reception", members.Count(static one => one["reception"] is "notice" or "txt" or "html" or "urlize"), "members who receive notices, text, HTML or links receive whole posts.");
        Count("date", members.Count(static one => one["date"] is { Length: > 0 }), "dates of subscription are not kept; they are in the bundle.");
        Count("bounce", members.Count(static one => one["bounce_score"] is not (null or "" or "0")), "bounce scores begin anew.");
        Count("suspend", members.Count(static one => one["suspend"] == "1"), "suspended members receive nothing until they change it; the end of the suspension is not kept.");
        Count("custom-attribute", members.Count(static one => one["custom_attribute"] is { Length: > 0 }), "members lose additional fields.");
        Count("topics", members.Count(static one => one["topics"] is { Length: > 0 }), "members lose their choice of topics.");
        Count("profile", bundle.People("owner").Count(static one => one["profile"] == "privileged"), "privileged owners are owners like the others.");
        Count("include", list.Includes.Count, "data sources are not read by Mailman: their people are plain members now.");
        Count("files", Directory.Exists(bundle.Shared) ? Directory.EnumerateFiles(bundle.Shared, "*", SearchOption.AllDirectories).LongCount() : 0, "shared documents have no place there; they are in the bundle.");
        Count("templates", Directory.Exists(bundle.Templates) ? Directory.EnumerateFiles(bundle.Templates, "*", SearchOption.AllDirectories).LongCount() : 0, "templates of Sympa cannot be used; they are in the bundle.");
        if (list.Posting == "other") losses.Add($"scenario: send '{list.SendScenario}' is held for the moderators there.");
        if (list.Posting == "confirm") losses.Add($"scenario: send '{list.SendScenario}' asks authors to confirm; there it is held for the moderators.");
        return losses;
    }

    private static string Reception(MailmanPerson one) =>
        one.Status != "enabled" ? "nomail"
        : one.Mode switch { "mime_digests" => "digest", "plaintext_digests" => "digestplain", "summary_digests" => "summary", _ => one.OwnPosts ? "mail" : "not_me" };
}

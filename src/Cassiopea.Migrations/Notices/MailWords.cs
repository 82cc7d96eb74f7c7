using Cassiopea.Contracts;
using Cassiopea.Migrations.Dossiers;

namespace Cassiopea.Migrations.Notices;

/// <summary>What the way in which a mailbox is read means for its owner, in words.</summary>
internal static class MailWords
{
    private const string Seen = "protocol-seen";

    /// <summary>One line per mailbox that was surveyed; empty without any.</summary>
    public static string Survey(Migration m, string language) => Lines(
        m.Active.Where(i => i.Kind == ItemKind.Mailbox && i.Fact(Seen) is not null).Select(i => $"– {i.Name} : {Means(i.Facts, language)}"));

    /// <summary>What to do in the mail program at the cut-over, for the ways that are in use.</summary>
    public static string Switch(Migration m, string language)
    {
        var t = DossierTexts.In(language);
        var seen = m.Active.Where(i => i.Kind == ItemKind.Mailbox).SelectMany(i => i.Facts).Where(f => f.Name == Seen).Select(f => f.Value).ToHashSet(StringComparer.Ordinal);
        return Lines(new[] { "imap", "pop3" }.Where(seen.Contains).Select(way => t["switch-" + way]));
    }

    /// <summary>All ways of one mailbox; empty when it was not surveyed.</summary>
    public static string Means(IEnumerable<Fact> facts, string language)
    {
        var t = DossierTexts.In(language);
        return string.Join(" ", facts.Where(f => f.Name == Seen && t.Keys.Contains("protocol-" + f.Value)).Select(f => t["protocol-" + f.Value]));
    }

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));
}

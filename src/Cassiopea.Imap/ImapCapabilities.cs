using System.Globalization;
using System.Text;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap;

/// <summary>What the server says it can (RFC 9051 §7.2.2). Read again after login and after STARTTLS.</summary>
internal sealed class ImapCapabilities
{
    private readonly HashSet<string> _words = new(StringComparer.OrdinalIgnoreCase);

    public static ImapCapabilities None { get; } = new();

    public bool Known => _words.Count > 0;

    /// <summary>RFC 7888: literals of any size without waiting.</summary>
    public bool LiteralPlus => Has("LITERAL+");

    /// <summary>RFC 7888: literals up to 4,096 octets without waiting; IMAP4rev2 implies it.</summary>
    public bool LiteralMinus => Has("LITERAL-") || Has("IMAP4rev2");

    /// <summary>RFC 3502.</summary>
    public bool MultiAppend => Has("MULTIAPPEND");

    /// <summary>RFC 4315.</summary>
    public bool UidPlus => Has("UIDPLUS") || Has("IMAP4rev2");

    /// <summary>RFC 7162.</summary>
    public bool CondStore => Has("CONDSTORE") || Has("QRESYNC");

    /// <summary>RFC 4731.</summary>
    public bool ESearch => Has("ESEARCH") || Has("IMAP4rev2");

    /// <summary>RFC 5258.</summary>
    public bool ListExtended => Has("LIST-EXTENDED") || Has("IMAP4rev2");

    /// <summary>RFC 5819.</summary>
    public bool ListStatus => Has("LIST-STATUS") || Has("IMAP4rev2");

    /// <summary>RFC 8438.</summary>
    public bool StatusSize => Has("STATUS=SIZE") || Has("IMAP4rev2");

    /// <summary>RFC 6154.</summary>
    public bool SpecialUse => Has("SPECIAL-USE");

    /// <summary>RFC 2342.</summary>
    public bool Namespace => Has("NAMESPACE") || Has("IMAP4rev2");

    /// <summary>RFC 3516.</summary>
    public bool Binary => Has("BINARY") || Has("IMAP4rev2");

    /// <summary>RFC 9208.</summary>
    public bool Quota => Has("QUOTA");

    /// <summary>RFC 4314.</summary>
    public bool Acl => Has("ACL");

    /// <summary>RFC 4314 §2.2: the rights k, x, t and e stand for themselves; without it c and d stand for them (RFC 2086).</summary>
    public bool NewRights => _words.Any(static word => word.StartsWith("RIGHTS=", StringComparison.OrdinalIgnoreCase));

    /// <summary>RFC 5464: of folders.</summary>
    public bool Metadata => Has("METADATA");

    /// <summary>RFC 5464: of the account.</summary>
    public bool MetadataServer => Has("METADATA") || Has("METADATA-SERVER");

    /// <summary>RFC 3691.</summary>
    public bool Unselect => Has("UNSELECT") || Has("IMAP4rev2");

    /// <summary>RFC 4959.</summary>
    public bool SaslIr => Has("SASL-IR") || Has("IMAP4rev2");

    public bool StartTls => Has("STARTTLS");

    public bool LoginDisabled => Has("LOGINDISABLED");

    /// <summary>RFC 7889: largest message, bytes; null when not announced.</summary>
    public long? AppendLimit =>
        _words.FirstOrDefault(static word => word.StartsWith("APPENDLIMIT=", StringComparison.OrdinalIgnoreCase)) is { } word
        && long.TryParse(word.AsSpan(12), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;

    public bool Has(string word) => _words.Contains(word);

    public bool Auth(string mechanism) => Has("AUTH=" + mechanism);

    public static ImapCapabilities Parse(ReadOnlySpan<byte> words)
    {
        var made = new ImapCapabilities();
        foreach (var range in words.Split((byte)' '))
        {
            var word = words[range];
            if (word.Length is > 0 and < 200) made._words.Add(Encoding.Latin1.GetString(word));
            if (made._words.Count > 500) throw new ImapSyntaxException("The server announces too many capabilities.");
        }

        return made;
    }

    /// <summary>These without some, as if the server did not offer them.</summary>
    public ImapCapabilities Without(IReadOnlyCollection<string> words)
    {
        if (words.Count == 0) return this;
        var made = new ImapCapabilities();
        foreach (var word in _words.Where(word => !words.Contains(word, StringComparer.OrdinalIgnoreCase))) made._words.Add(word);
        return made;
    }
}

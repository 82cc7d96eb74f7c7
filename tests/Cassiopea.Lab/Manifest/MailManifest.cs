using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Manifest;

/// <summary>How to enter a mailbox.</summary>
public sealed record ImapAccess(string Host, int Port, string User, string Password, bool Tls = false)
{
    /// <summary>Judges the server's certificate; null = the machine's trust.</summary>
    public RemoteCertificateValidationCallback? Validate { get; init; }

    /// <summary>An account of a lab server, in clear.</summary>
    public static ImapAccess To(DovecotServer server, MailAccount account) => new("127.0.0.1", server.ImapPort, account.User, account.Password);

    /// <summary>Trusts one authority, given as PEM.</summary>
    public static RemoteCertificateValidationCallback Trusting(string authorityPem) => (_, certificate, _, errors) =>
    {
        using var authority = X509Certificate2.CreateFromPem(authorityPem);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return certificate is not null && (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None && chain.Build(new X509Certificate2(certificate));
    };
}

/// <summary>One message as a server gives it.</summary>
/// <param name="Uid">Its number in the folder.</param>
/// <param name="Sha256">Of all its octets, as BODY[] gives them.</param>
/// <param name="Size">Octets.</param>
/// <param name="InternalDate">When received.</param>
/// <param name="Flags">System flags but \Recent, sorted, with a space between.</param>
/// <param name="Keywords">Keywords, sorted, with a space between.</param>
public sealed record ManifestMessage(uint Uid, string Sha256, long Size, DateTimeOffset InternalDate, string Flags, string Keywords)
{
    /// <summary>
    /// Of what BINARY[] gives, where BODY[] has an octet 0x80 and the server offers BINARY; else empty. BODY[] of Dovecot shows a NUL as 0x80; its
    /// BINARY[] shows the NUL, but undoes base64 and quoted-printable, so that it cannot take the place of BODY[].
    /// </summary>
    public string BinarySha256 { get; init; } = "";
}

/// <summary>One folder.</summary>
/// <param name="Path">Parts in Unicode joined by U+001F, the personal prefix taken off.</param>
/// <param name="SpecialUse">\Sent and the like; empty when none.</param>
/// <param name="Messages">In order of their UIDs.</param>
public sealed record ManifestFolder(string Path, string SpecialUse, IReadOnlyList<ManifestMessage> Messages);

/// <summary>All that stands in a mailbox, read straight from its server by code of the lab alone.</summary>
/// <param name="Folders">Selectable folders, by path.</param>
/// <param name="Subscribed">Paths of subscribed folders.</param>
public sealed record MailManifest(IReadOnlyDictionary<string, ManifestFolder> Folders, IReadOnlySet<string> Subscribed)
{
    /// <summary>Messages.</summary>
    public int Messages => Folders.Values.Sum(f => f.Messages.Count);

    /// <summary>Octets.</summary>
    public long Bytes => Folders.Values.Sum(f => f.Messages.Sum(m => m.Size));

    /// <summary>Reads a mailbox, changing nothing in it (EXAMINE, PEEK).</summary>
    public static async Task<MailManifest> ReadAsync(ImapAccess access, CancellationToken token)
    {
        await using var imap = await ImapReader.OpenAsync(access, token);
        var capability = string.Join(' ', (await imap.CommandAsync("CAPABILITY", token)).SelectMany(a => a.OfType<string>())).ToUpperInvariant();
        var binary = capability.Contains(" BINARY", StringComparison.Ordinal);
        var prefix = await PrefixAsync(imap, capability, token);
        var folders = new Dictionary<string, ManifestFolder>(StringComparer.Ordinal);
        foreach (var (raw, path, attributes) in await ListAsync(imap, "LIST", prefix, token))
        {
            if (attributes.Contains("\\noselect") || attributes.Contains("\\nonexistent"))
                continue;
            var use = attributes.FirstOrDefault(a => a is "\\sent" or "\\drafts" or "\\trash" or "\\junk" or "\\archive", "");
            folders[path] = new ManifestFolder(path, use, await MessagesAsync(imap, raw, binary, token));
        }

        var subscribed = (await ListAsync(imap, "LSUB", prefix, token)).Where(l => !l.Attributes.Contains("\\noselect")).Select(l => l.Path);
        return new MailManifest(folders, subscribed.ToHashSet(StringComparer.Ordinal));
    }

    private static async Task<string> PrefixAsync(ImapReader imap, string capability, CancellationToken token)
    {
        if (!capability.Contains(" NAMESPACE", StringComparison.Ordinal))
            return "";
        var answer = (await imap.CommandAsync("NAMESPACE", token)).First(a => a.Count > 2 && a[1] is "NAMESPACE");
        return answer[2] is List<object> and [List<object> and [ImapString prefix, ..], ..] ? prefix.Text : "";
    }

    private static async Task<List<(string Raw, string Path, List<string> Attributes)>> ListAsync(ImapReader imap, string command, string prefix, CancellationToken token)
    {
        var found = new List<(string, string, List<string>)>();
        foreach (var answer in await imap.CommandAsync($"{command} \"\" \"*\"", token))
        {
            if (answer is not [_, string verb, List<object> attributes, ImapString separator, var name] || verb != command)
                continue;
            var raw = name is ImapString s ? s.Text : (string)name;
            var own = raw.StartsWith(prefix, StringComparison.Ordinal) ? raw[prefix.Length..] : raw;
            var parts = own.Split(separator.Text).Select(FolderName.Decode).ToArray();
            if (parts is [var single] && single.Equals("INBOX", StringComparison.OrdinalIgnoreCase) && own.Length == raw.Length)
                parts = ["INBOX"];
            else if (prefix.Length > 0 && own.Length < raw.Length && parts[0].Equals("INBOX", StringComparison.OrdinalIgnoreCase))
                parts[0] = "INBOX";
            found.Add((raw, string.Join('\u001f', parts), [.. attributes.OfType<string>().Select(a => a.ToLowerInvariant())]));
        }

        return found;
    }

    private static async Task<List<ManifestMessage>> MessagesAsync(ImapReader imap, string raw, bool binary, CancellationToken token)
    {
        var messages = new List<ManifestMessage>();
        var exists = (await imap.CommandAsync($"EXAMINE {ImapReader.Quote(raw)}", token)).Any(a => a is [_, string n, "EXISTS"] && n != "0");
        if (!exists)
            return messages;
        var doubtful = new List<uint>();
        await FetchAsync(imap, "UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])", (uid, values) =>
        {
            if (values.GetValueOrDefault("BODY[]") is not ImapString content)
                return;
            messages.Add(Message(uid, content, values));
            if (content.Has0x80)
                doubtful.Add(uid);
        }, token);
        messages.Sort((a, b) => a.Uid.CompareTo(b.Uid));
        if (binary && doubtful.Count > 0)
        {
            var hashes = new Dictionary<uint, string>();
            await FetchAsync(imap, $"UID FETCH {string.Join(',', doubtful)} (UID BINARY.PEEK[])", (uid, values) =>
            {
                if (values.GetValueOrDefault("BINARY[]") is ImapString content)
                    hashes[uid] = Hash(content);
            }, token);
            return [.. messages.Select(m => hashes.TryGetValue(m.Uid, out var hash) ? m with { BinarySha256 = hash } : m)];
        }

        return messages;
    }

    private static Task FetchAsync(ImapReader imap, string command, Action<uint, Dictionary<string, object>> each, CancellationToken token)
        => imap.CommandAsync(
            command,
            answer =>
            {
                if (answer is not [_, _, "FETCH", List<object> items])
                    return;
                var values = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
                for (var i = 0; i + 1 < items.Count; i += 2)
                    values[(string)items[i]] = items[i + 1];
                if (values.TryGetValue("UID", out var uid))
                    each(uint.Parse((string)uid, CultureInfo.InvariantCulture), values);
            },
            token);

    private static ManifestMessage Message(uint uid, ImapString content, Dictionary<string, object> values)
    {
        var flags = ((List<object>)values["FLAGS"]).OfType<string>().ToArray();
        return new ManifestMessage(
            uid,
            Hash(content),
            content.Size,
            DateTimeOffset.ParseExact(((ImapString)values["INTERNALDATE"]).Text.Trim(), "d-MMM-yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture).ToUniversalTime(),
            string.Join(' ', flags.Where(f => f[0] == '\\' && !f.Equals("\\Recent", StringComparison.OrdinalIgnoreCase)).Select(f => f.ToLowerInvariant()).Order(StringComparer.Ordinal)),
            string.Join(' ', flags.Where(f => f[0] != '\\').Order(StringComparer.Ordinal)));
    }

    // a quoted string has no hash yet: an empty message may come as ""
    private static string Hash(ImapString content) => content.Sha256.Length > 0 ? content.Sha256 : Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(content.Text)));
}

using System.Security.Cryptography;
using System.Text;
using Cassiopea.Gateway.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Gateway.Links;

internal enum LinkKind
{
    /// <summary>A part of an archive.</summary>
    Archive,

    /// <summary>The old place's login for the new host's people.</summary>
    Host,

    /// <summary>A domain's transfer code for its owner.</summary>
    TransferCode,
}

/// <summary>A link that works without a key, once and until a time. Only the hash of its secret is stored.</summary>
internal sealed class OneTimeLink
{
    public Guid Id { get; init; }
    public LinkKind Kind { get; init; }
    public required byte[] Hash { get; init; }
    public Guid MigrationId { get; init; }
    public Guid ItemId { get; init; }
    public string Part { get; init; } = "";
    public required string MadeBy { get; init; }
    public DateTimeOffset MadeAt { get; init; }
    public DateTimeOffset ExpiresAt { get; set; }
    public long Delivered { get; set; }
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>Makes a link of 256 random bits; the text exists only in the answer.</summary>
    public static (OneTimeLink Link, string Secret) Make(LinkKind kind, Guid migration, Guid item, string part, string madeBy, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var link = new OneTimeLink
        {
            Id = Guid.CreateVersion7(now),
            Kind = kind,
            Hash = HashOf(secret),
            MigrationId = migration,
            ItemId = item,
            Part = part,
            MadeBy = madeBy,
            MadeAt = now,
            ExpiresAt = expiresAt,
        };
        return (link, secret);
    }

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

/// <summary>Makes links and finds them again.</summary>
internal sealed class LinkDesk(GatewayContext db, CommandDesk desk, IOptions<GatewayOptions> options)
{
    public DateTimeOffset Now => desk.Now;

    /// <summary>Ends at the latest when links end here, and at the given time.</summary>
    public (string Url, DateTimeOffset ExpiresAt) Make(HttpRequest request, LinkKind kind, Guid migration, Guid item, string part, string madeBy, DateTimeOffset? notAfter = null)
    {
        var expires = Now + options.Value.LinkLife;
        if (notAfter < expires)
            expires = notAfter.Value;
        var (link, secret) = OneTimeLink.Make(kind, migration, item, part, madeBy, Now, expires);
        db.Links.Add(link);
        var (verb, path) = kind switch
        {
            LinkKind.Host => (Verbs.MakeHostLink, "access"),
            LinkKind.TransferCode => (Verbs.MakeTransferLink, "codes"),
            _ => (Verbs.MakeArchiveLink, "archives"),
        };
        desk.Note(madeBy, verb, $"item/{item}", $"link/{link.Id} {part}".Trim());
        return ($"{request.Scheme}://{request.Host}/{path}/{secret}", expires);
    }

    /// <summary>Null when there is none such, or its time is over.</summary>
    public Task<OneTimeLink?> FindAsync(LinkKind kind, string secret, CancellationToken token)
    {
        var (hash, now) = (OneTimeLink.HashOf(secret), Now);
        return db.Links.SingleOrDefaultAsync(l => l.Hash == hash && l.Kind == kind && l.ExpiresAt > now, token);
    }

    public void NoteUse(OneTimeLink link, string what) => desk.Note($"link/{link.Id}", Verbs.UseLink, $"item/{link.ItemId}", $"{what}, made by {link.MadeBy}");
}

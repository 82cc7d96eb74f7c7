using Cassiopea.Imap.Mailbox;
using MailKit;

namespace Cassiopea.Imap.Driver.Kit;

/// <summary>A message as a list shows it.</summary>
internal sealed record KitMessage(uint Uid, FlagSet Flags, InternalDate Date, long Size)
{
    public UniqueId Id => new(Uid);
}

/// <summary>Reads messages of an opened folder, never setting \Seen.</summary>
internal static class KitMessages
{
    /// <summary>A message beyond this is not held in memory by this driver.</summary>
    public const long Largest = 256 << 20;

    public static Task<List<KitMessage>> ListAsync(KitConnection connection, IMailFolder folder, CancellationToken token) => connection.DoAsync(async () =>
    {
        if (folder.Count == 0) return [];
        var request = new FetchRequest(MessageSummaryItems.UniqueId | MessageSummaryItems.Flags | MessageSummaryItems.InternalDate | MessageSummaryItems.Size);
        return (await folder.FetchAsync(0, -1, request, token)).Select(Of).OrderBy(static message => message.Uid).ToList();
    }, token);

    /// <summary>The octets of one message, as the server has them.</summary>
    public static Task<byte[]> ReadAsync(KitConnection connection, IMailFolder folder, KitMessage message, CancellationToken token) => connection.DoAsync(async () =>
    {
        await using var stream = await folder.GetStreamAsync(message.Id, token);
        using var octets = new MemoryStream((int)Math.Min(message.Size, Largest));
        await stream.CopyToAsync(octets, token);
        return octets.ToArray();
    }, token);

    /// <summary>Hashes messages; what cannot be read throws.</summary>
    public static async Task<List<ScannedMessage>> ScanAsync(KitConnection connection, IMailFolder folder, IEnumerable<KitMessage> messages, CancellationToken token)
    {
        var found = new List<ScannedMessage>();
        foreach (var message in messages)
        {
            using var digest = new MessageDigest();
            var size = await connection.DoAsync(async () =>
            {
                await using var stream = await folder.GetStreamAsync(message.Id, token);
                var part = new byte[64 << 10];
                for (int got; (got = await stream.ReadAsync(part, token)) > 0;) digest.Feed(part.AsSpan(0, got));
                return digest.Size;
            }, token);
            var (hash, canonical, oddity) = digest.End();
            found.Add(new(message.Uid, size, message.Date, message.Flags, hash, canonical, oddity));
        }

        return found;
    }

    public static (MessageFlags Flags, IEnumerable<string> Keywords) Of(FlagSet set)
    {
        var flags = MessageFlags.None;
        foreach (var flag in set.Flags)
        {
            flags |= flag switch
            {
                "\\Seen" => MessageFlags.Seen,
                "\\Answered" => MessageFlags.Answered,
                "\\Flagged" => MessageFlags.Flagged,
                "\\Deleted" => MessageFlags.Deleted,
                "\\Draft" => MessageFlags.Draft,
                _ => MessageFlags.None,
            };
        }

        return (flags, set.Flags.Where(static flag => flag[0] != '\\'));
    }

    /// <summary>The flags that a folder keeps, in the words of PERMANENTFLAGS.</summary>
    public static FlagRules RulesOf(IMailFolder folder)
    {
        var words = Words(folder.PermanentFlags).Concat(folder.PermanentKeywords).ToList();
        if (folder.PermanentFlags.HasFlag(MessageFlags.UserDefined)) words.Add("\\*");
        return new(words);
    }

    private static KitMessage Of(IMessageSummary summary)
    {
        var date = summary.InternalDate is { } received ? new InternalDate(received.ToUnixTimeSeconds(), (short)received.Offset.TotalMinutes) : InternalDate.Unknown;
        return new(summary.UniqueId.Id, FlagSet.Of(Words(summary.Flags ?? MessageFlags.None).Concat(summary.Keywords)), date, summary.Size ?? 0);
    }

    private static IEnumerable<string> Words(MessageFlags flags)
    {
        if (flags.HasFlag(MessageFlags.Seen)) yield return "\\Seen";
        if (flags.HasFlag(MessageFlags.Answered)) yield return "\\Answered";
        if (flags.HasFlag(MessageFlags.Flagged)) yield return "\\Flagged";
        if (flags.HasFlag(MessageFlags.Deleted)) yield return "\\Deleted";
        if (flags.HasFlag(MessageFlags.Draft)) yield return "\\Draft";
    }
}

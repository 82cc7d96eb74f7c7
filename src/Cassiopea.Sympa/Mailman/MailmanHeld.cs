using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Mailman;

/// <summary>
/// Hands posts that wait for a moderator to a Mailman: they go into its incoming queue while the list holds every post (<c>emergency</c>), and are seen held
/// before it opens. What was decided at the old list meanwhile is taken back. A post that cannot be handed over so is named, with what must be done.
/// </summary>
/// <param name="host">The new host.</param>
/// <param name="to">The new list, shut for everyone.</param>
/// <param name="time">The clock.</param>
internal sealed class MailmanHeld(MailmanRest host, ListAddress to, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90), Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Which posts can be handed over, with their Message-IDs; and which not.</summary>
    public static (IReadOnlyDictionary<string, string> May, IReadOnlyList<ReportException> Not) Sort(ListBundle bundle, IEnumerable<string> names)
    {
        var may = new Dictionary<string, string>(StringComparer.Ordinal);
        List<ReportException> not = [];
        foreach (var name in names)
        {
            var file = Path.Combine(bundle.Held, name);
            var octets = File.Exists(file) ? File.ReadAllBytes(file) : [];
            var id = MessageId(octets);
            if (octets.Length == 0) not.Add(Left(name, id, "is a folder of an older Sympa", "held.mbox does not have it; hand its moderators the files of the bundle's folder held."));
            else if (id.Length == 0) not.Add(Left(name, id, "has no Message-ID, so it would not be found again", ByHand));
            else if (!Utf8.IsValid(octets)) not.Add(Left(name, id, "is not UTF-8, and Mailman's REST takes nothing else", ByHand));
            else if (may.ContainsValue(id)) not.Add(Left(name, id, "has the Message-ID of another one", ByHand));
            else may[name] = id;
        }

        return (may, not);
    }

    /// <summary>Hands over what is not there yet, and waits until it is held. The list is shut before, and stays shut when this fails.</summary>
    /// <exception cref="TransferException">Mailman does not handle what it was given.</exception>
    public async Task HandOverAsync(ListBundle bundle, IReadOnlyDictionary<string, string> posts, ListJournal memory, CancellationToken token)
    {
        var settled = memory.Held.Except(bundle.HeldPosts(), StringComparer.Ordinal).ToList();
        if (settled.Count + posts.Count == 0) return;
        var held = await host.HeldAsync(to, token);
        foreach (var id in settled.Select(name => memory.Ids.GetValueOrDefault(name, "")))
            if (held.TryGetValue(id, out var decided)) await host.DiscardAsync(to, decided, token);
        if (settled.Count > 0) memory.Withdraw(settled, []);
        if (posts.Count == 0) return;

        // no author is told that a post waits, and nobody's domain is asked for its policy
        await host.ConfigureAsync(to, [("emergency", "true"), ("respond_to_post_requests", "false"), ("admin_immed_notify", "false"), ("dmarc_mitigate_action", "no_mitigation")], token);
        var queued = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, id) in posts.Where(one => !held.ContainsKey(one.Value)))
            queued[id] = await host.QueueAsync(to, Encoding.UTF8.GetString(await File.ReadAllBytesAsync(Path.Combine(bundle.Held, name), token)), token);
        var until = time.GetTimestamp();
        while (posts.Values.Any(id => !held.ContainsKey(id)))
        {
            if (time.GetElapsedTime(until) > Limit)
            {
                foreach (var file in queued.Where(one => !held.ContainsKey(one.Key))) await host.UnqueueAsync(file.Value, token);
                throw new TransferException(TransferSide.Target, TransferFailureKind.Passing, TransferCode.Unreachable, string.Create(CultureInfo.InvariantCulture,
                    $"{host.Name} does not handle posts: {posts.Values.Count(id => !held.ContainsKey(id))} of {posts.Count} held posts did not come to {to}'s moderators in {Limit.TotalSeconds:0} s. The list stays shut. Have Mailman's incoming runner started."));
            }

            await Task.Delay(Pause, TimeProvider.System, token);
            held = await host.HeldAsync(to, token);
        }

        await host.ConfigureAsync(to, [("respond_to_post_requests", "true")], token);
        foreach (var (name, id) in posts) memory.HandOver(name, id);
    }

    /// <summary>Posts that nothing but people can carry, each with what must be done.</summary>
    public static IEnumerable<ReportException> LeftForPeople(ListBundle bundle, IEnumerable<string> held, string why) =>
        held.Select(name => Left(name, MessageId(File.Exists(Path.Combine(bundle.Held, name)) ? File.ReadAllBytes(Path.Combine(bundle.Held, name)) : []), why, ByHand));

    /// <summary>A post of a digest that was not sent: Mailman makes its digests itself.</summary>
    public static ReportException OfDigest(ListBundle bundle, string name) => new(
        Cut($"digest {name}"), TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, $"This post {Named(MessageId(File.ReadAllBytes(Path.Combine(bundle.Digest, name))))} waited for a digest. Mailman takes no post for a digest from outside.",
        "Have the old host send the digest (sympa send_digest) before the switch; the post is in the archive.");

    private const string ByHand = "Have the host's people inject it from held.mbox (mailman inject).";

    private static ReportException Left(string name, string id, string why, string action) =>
        new(Cut($"held {name}"), TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, $"This post {Named(id)} waits for a moderator and was not handed over: it {why}.", action);

    private static string Named(string id) => id.Length == 0 ? "without Message-ID" : $"<{id}>";

    private static string Cut(string item) => item.Length <= 300 ? item : item[..300];

    /// <summary>Without its angle brackets; empty when there is none.</summary>
    private static string MessageId(ReadOnlySpan<byte> post)
    {
        var head = Encoding.Latin1.GetString(post[..Math.Min(post.Length, 1 << 16)]).ReplaceLineEndings("\n").Split("\n\n")[0].Replace("\n ", " ", StringComparison.Ordinal).Replace("\n\t", " ", StringComparison.Ordinal);
        var line = head.Split('\n').FirstOrDefault(static one => one.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase)) ?? "";
        var (from, end) = (line.IndexOf('<', StringComparison.Ordinal), line.IndexOf('>', StringComparison.Ordinal));
        return from >= 0 && end > from ? line[(from + 1)..end] : "";
    }
}

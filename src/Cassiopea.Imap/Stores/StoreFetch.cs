using System.Buffers;
using System.Text;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Imap.Stores;

internal sealed partial class StoreServer
{
    private const int PartSize = 128 << 10;

    private async ValueTask<string?> FetchAsync(string arguments, CancellationToken token)
    {
        if (_open is not { } folder) return "BAD no folder is open";
        var space = arguments.IndexOf(' ', StringComparison.Ordinal);
        var (set, items) = (arguments[..space], arguments[space..]);
        if (items.Contains("BINARY", StringComparison.Ordinal)) return "BAD no BINARY here";
        var wanted = Wanted(set);
        if (items.Contains("BODY", StringComparison.Ordinal)) return await BodiesAsync(folder, wanted, token);
        var dates = items.Contains("INTERNALDATE", StringComparison.Ordinal);
        var missing = dates ? wanted.FindAll(static message => message.Received is null) : [];
        await using var found = missing.Count > 0 ? store.DatesAsync(folder, missing, token).GetAsyncEnumerator(token) : null;
        foreach (var message in wanted)
        {
            var received = message.Received;
            if (dates && received is null && await found!.MoveNextAsync()) received = found.Current;
            Head(message);
            if (dates) Date(received);
            if (message.Size is { } size) _out.Write(" RFC822.SIZE "u8).Write(size);
            _out.Write(")"u8).EndLine();
            if (missing.Count > 0) await _out.FlushAsync(token);
        }

        return null;
    }

    private async ValueTask<string?> BodiesAsync(StoredFolder folder, List<StoredMessage> wanted, CancellationToken token)
    {
        string? refusal = null;
        await foreach (var content in store.ReadAsync(folder, wanted, token).WithCancellation(token))
        {
            if (content.Octets is not { } octets)
            {
                refusal = "NO " + Plain(content.Problem);
                continue;
            }

            Head(content.Message);
            Date(content.Received);
            _out.Write(" BODY[] {"u8).Write(content.Size).Write("}\r\n"u8);
            await BodyAsync(octets, content.Size, token);
            _out.Write(")"u8).EndLine();
        }

        return refusal;
    }

    private async ValueTask BodyAsync(Stream octets, long size, CancellationToken token)
    {
        var part = ArrayPool<byte>.Shared.Rent(PartSize);
        try
        {
            for (var left = size; left > 0;)
            {
                var got = await octets.ReadAsync(part.AsMemory(0, (int)Math.Min(part.Length, left)), token);
                if (got == 0) throw new EndOfStreamException("A message of the source is shorter than it was.");
                await _out.WriteBodyAsync(part.AsMemory(0, got), token);
                left -= got;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }

    private void Head(StoredMessage message) =>
        _out.Write("* 1 FETCH (UID "u8).Write(message.Uid).Write(" FLAGS "u8).Write(FlagSet.FromText(Plain(message.Flags)).Wire);

    /// <summary>A message of which nothing tells the date gets one that reads as unknown.</summary>
    private void Date(DateTimeOffset? received)
    {
        Span<byte> text = stackalloc byte[InternalDate.Length];
        if (received is { } date) new InternalDate(date.ToUnixTimeSeconds(), (short)date.Offset.TotalMinutes).Write(text);
        else "00-xxx-0000 00:00:00 +0000"u8.CopyTo(text);
        _out.Write(" INTERNALDATE \""u8).Write(text).Write("\""u8);
    }

    private List<StoredMessage> Wanted(string set)
    {
        var last = _messages.Count == 0 ? 0 : _messages[^1].Uid;
        if (last == 0) return [];
        var uids = UidSet.Parse(Encoding.ASCII.GetBytes(set.Replace("*", last.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)));
        return [.. _messages.Where(message => uids.Contains(message.Uid))];
    }

    private static string Plain(string text) => new([.. text.Select(static letter => letter is >= ' ' and <= '~' ? letter : '?').Take(400)]);
}

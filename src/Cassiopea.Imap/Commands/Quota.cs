using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Commands;

/// <summary>How full an account is.</summary>
/// <param name="UsedBytes">Bytes in use.</param>
/// <param name="LimitBytes">Bytes allowed.</param>
internal sealed record QuotaState(long UsedBytes, long LimitBytes);

/// <summary>GETQUOTAROOT, RFC 9208 §4.2: one round trip.</summary>
internal static class Quota
{
    /// <summary>The tightest storage limit that holds for a folder; null when there is none.</summary>
    public static async ValueTask<QuotaState?> QuotaAsync(this ImapConnection connection, string folder, CancellationToken token)
    {
        if (!connection.Capabilities.Quota) return null;
        QuotaState? tightest = null;
        var tag = connection.Begin("GETQUOTAROOT ");
        connection.Out.Quoted(folder).EndLine();
        var status = await connection.EndAsync(tag, (uint _, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
        {
            if (!System.Text.Ascii.EqualsIgnoreCase(name, "QUOTA"u8)) return;
            rest.AString();
            rest.SkipSpaces();
            rest.Take((byte)'(');
            while (!rest.TryTake((byte)')'))
            {
                var resource = rest.Atom();
                rest.SkipSpaces();
                var used = (long)Math.Min(rest.Number(), 1ul << 50) * 1024;
                rest.SkipSpaces();
                var limit = (long)Math.Min(rest.Number(), 1ul << 50) * 1024;
                rest.SkipSpaces();
                if (!System.Text.Ascii.EqualsIgnoreCase(resource, "STORAGE"u8)) continue;
                if (tightest is null || limit - used < tightest.LimitBytes - tightest.UsedBytes) tightest = new(used, limit);
            }
        }, token);
        return status.Ok ? tightest : null;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cassiopea.Imap.Mailbox;

/// <summary>What in a message a server may not give or keep as it is.</summary>
[Flags]
internal enum Oddity : byte
{
    None = 0,

    /// <summary>An octet 0x80 that no UTF-8 text explains: some servers give it in the place of NUL.</summary>
    PerhapsNul = 1,

    /// <summary>NUL: only a literal8 carries it (RFC 3516).</summary>
    Nul = 2,

    /// <summary>A CR without LF or an LF without CR.</summary>
    LineEnds = 4,

    /// <summary>A date that servers set to their own idea.</summary>
    Date = 8,
}

/// <summary>Looks through the octets of a message, a vector at a time. Feed the parts in order.</summary>
internal struct MessageScan
{
    private byte _last;
    private byte _beforeLast;
    private bool _begun;

    public Oddity Found { get; private set; }

    public static Oddity Whole(ReadOnlySpan<byte> message)
    {
        var scan = new MessageScan();
        scan.Feed(message);
        return scan.End();
    }

    public void Feed(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty) return;
        if ((Found & Oddity.LineEnds) == Oddity.None)
        {
            if (_begun && (_last == '\r') != (part[0] == '\n')) Found |= Oddity.LineEnds;
            if (!_begun && part[0] == '\n') Found |= Oddity.LineEnds;
            if (OddLineEnds(part)) Found |= Oddity.LineEnds;
        }

        if ((Found & Oddity.Nul) == Oddity.None && part.Contains((byte)0)) Found |= Oddity.Nul;
        if ((Found & Oddity.PerhapsNul) == Oddity.None && PerhapsNul(part)) Found |= Oddity.PerhapsNul;
        _beforeLast = part.Length > 1 ? part[^2] : _last;
        (_last, _begun) = (part[^1], true);
    }

    public Oddity End()
    {
        if (_begun && _last == '\r') Found |= Oddity.LineEnds;
        return Found;
    }

    /// <summary>True when a CR inside is not followed by LF, or an LF inside does not follow a CR. The first and the last octet are the caller's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a move is often over before the runtime would optimise this
    private static bool OddLineEnds(ReadOnlySpan<byte> part)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var (cr, lf) = (Vector256.Create((byte)'\r'), Vector256.Create((byte)'\n'));
            for (; i + 33 <= part.Length; i += 32)
            {
                var crs = Vector256.Equals(Vector256.Create(part.Slice(i, 32)), cr).ExtractMostSignificantBits();
                var lfs = Vector256.Equals(Vector256.Create(part.Slice(i + 1, 32)), lf).ExtractMostSignificantBits();
                if (crs != lfs) return true;
            }
        }

        for (; i + 1 < part.Length; i++)
        {
            if ((part[i] == '\r') != (part[i + 1] == '\n')) return true;
        }

        return false;
    }

    /// <summary>
    /// An 0x80 inside a UTF-8 sequence that goes on after it (as in the typographic quotes, E2 80 99) is text. One that stands alone or ends
    /// a sequence (À is C3 80, and so would be C3 00 from a server that hides NUL) is looked at again.
    /// </summary>
    private readonly bool PerhapsNul(ReadOnlySpan<byte> part)
    {
        for (var from = 0; ;)
        {
            var next = part[from..].IndexOf((byte)0x80);
            if (next < 0) return false;
            var at = from + next;
            var before = at > 0 ? part[at - 1] : _last;
            var earlier = at > 1 ? part[at - 2] : at == 1 ? _last : _beforeLast;
            var goesOn = at + 1 < part.Length && part[at + 1] is >= 0x80 and <= 0xBF;
            var second = before is >= 0xE1 and <= 0xF4;
            var third = earlier is >= 0xF0 and <= 0xF4 && before is >= 0x80 and <= 0xBF;
            if (!(goesOn && (second || third))) return true;
            from = at + 1;
        }
    }
}

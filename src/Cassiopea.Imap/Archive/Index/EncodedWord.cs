using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Cassiopea.Imap.Archive.Index;

/// <summary>An encoded word, <c>=?charset?B|Q?text?=</c> (RFC 2047 §2; RFC 2231 §5 for a language after the charset).</summary>
internal readonly ref struct EncodedWord
{
    /// <summary>Name of the charset, without the language.</summary>
    public string Charset { get; private init; }

    public ReadOnlySpan<byte> Octets { get; private init; }

    /// <summary>Octets that the word takes in the field.</summary>
    public int Length { get; private init; }

    /// <summary>Reads the word at the beginning of a text; text with blanks is taken too, as many programs write it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out EncodedWord word)
    {
        word = default;
        if (!text.StartsWith("=?"u8)) return false;
        var name = text[2..].IndexOf((byte)'?');
        if (name is < 1 or > 60 || text.Length < name + 6 || text[name + 4] != '?') return false;
        var from = name + 5;
        var length = text[from..].IndexOf("?="u8);
        if (length < 0 || !Ascii.IsValid(text.Slice(2, name))) return false;
        var charset = Encoding.ASCII.GetString(text.Slice(2, name));
        var octets = (text[name + 3] | 0x20) switch
        {
            'b' => Base64Text(text.Slice(from, length)),
            'q' => Quoted(text.Slice(from, length)),
            _ => null,
        };
        if (octets is null) return false;
        word = new() { Charset = charset.Split('*')[0], Octets = octets, Length = from + length + 2 };
        return true;
    }

    private static byte[]? Base64Text(ReadOnlySpan<byte> text)
    {
        var letters = new List<byte>(text.Length + 3);
        foreach (var letter in text)
        {
            if (letter is (byte)'=' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') continue;
            letters.Add(letter);
        }

        if (letters.Count % 4 == 1) letters.RemoveAt(letters.Count - 1);
        while (letters.Count % 4 != 0) letters.Add((byte)'=');
        var octets = new byte[letters.Count / 4 * 3];
        var status = Base64.DecodeFromUtf8([.. letters], octets, out _, out var written);
        return status == System.Buffers.OperationStatus.Done ? octets[..written] : null;
    }

    private static byte[] Quoted(ReadOnlySpan<byte> text)
    {
        var octets = new byte[text.Length];
        var count = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '=' && at + 2 < text.Length && byte.TryParse(text.Slice(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                octets[count++] = octet;
                at += 2;
            }
            else
            {
                octets[count++] = text[at] == '_' ? (byte)' ' : text[at];
            }
        }

        return octets[..count];
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Cassiopea.Lab.Seed;

/// <summary>Modified UTF-7 of RFC 3501 §5.1.3, written for the lab alone so that it can disagree with the engine's.</summary>
public static class FolderName
{
    /// <summary>Unicode to the form that IMAP and Maildir++ keep.</summary>
    public static string Encode(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length;)
        {
            if (name[i] is >= ' ' and <= '~')
            {
                text.Append(name[i] == '&' ? "&-" : name[i].ToString());
                i++;
                continue;
            }

            var start = i;
            while (i < name.Length && name[i] is < ' ' or > '~')
                i++;
            var utf16 = Encoding.BigEndianUnicode.GetBytes(name[start..i]);
            text.Append('&').Append(Convert.ToBase64String(utf16).TrimEnd('=').Replace('/', ',')).Append('-');
        }

        return text.ToString();
    }

    /// <summary>The reverse; throws <see cref="FormatException"/> when it is none.</summary>
    public static string Decode(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] != '&')
            {
                text.Append(name[i]);
                continue;
            }

            var end = name.IndexOf('-', i);
            if (end < 0)
                throw new FormatException($"no end of shift: {name}");
            if (end == i + 1)
            {
                text.Append('&');
            }
            else
            {
                var base64 = name[(i + 1)..end].Replace(',', '/');
                var bytes = Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='));
                for (var b = 0; b + 1 < bytes.Length; b += 2)
                    text.Append((char)BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(b)));
            }

            i = end;
        }

        return text.ToString();
    }
}

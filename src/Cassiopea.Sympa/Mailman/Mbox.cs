using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Cassiopea.Sympa.Mailman;

/// <summary>Posts in one file (RFC 4155, the <c>mboxrd</c> kind). Headers of raw Latin-1 or UTF-8 become encoded words (RFC 2047): HyperKitty would lose their letters for good.</summary>
public static class Mbox
{
    /// <summary>Writes posts in their order; the file is whole or not there.</summary>
    /// <param name="posts">Files of raw posts.</param>
    /// <param name="to">The mbox; none is written when there are no posts.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>How many.</returns>
    public static async Task<int> WriteAsync(IEnumerable<string> posts, string to, CancellationToken token)
    {
        var count = 0;
        await using (var output = new FileStream(to + ".part", FileMode.Create, FileAccess.Write))
        {
            foreach (var post in posts)
            {
                await output.WriteAsync(Entry(await File.ReadAllBytesAsync(post, token)), token);
                count++;
            }
        }

        if (count > 0) File.Move(to + ".part", to, overwrite: true);
        else File.Delete(to + ".part");
        return count;
    }

    /// <summary>One post as it stands in an mbox.</summary>
    internal static byte[] Entry(ReadOnlySpan<byte> post)
    {
        var output = new ArrayBufferWriter<byte>(post.Length + 200);
        output.Write("From MAILER-DAEMON Thu Jan  1 00:00:00 1970\n"u8);
        var inHeaders = true;
        while (post.Length > 0)
        {
            var end = post.IndexOf((byte)'\n');
            var line = end < 0 ? post : post[..end];
            post = end < 0 ? default : post[(end + 1)..];
            if (line is [.., (byte)'\r']) line = line[..^1];
            if (line.Length == 0) inHeaders = false;
            if (inHeaders && line.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) is var odd && odd >= 0 && line.IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0) output.Write(Encoding.ASCII.GetBytes(Header(line)));
            else
            {
                if (!inHeaders && line.TrimStart((byte)'>').StartsWith("From "u8)) output.Write(">"u8);
                output.Write(line);
            }

            output.Write("\n"u8);
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
    }

    // word by word, so that addresses and names of fields stay as they are
    private static string Header(ReadOnlySpan<byte> line)
    {
        var text = (Utf8.IsValid(line) ? Encoding.UTF8 : Encoding.Latin1).GetString(line);
        var colon = text[0] is ' ' or '\t' ? 0 : text.IndexOf(':', StringComparison.Ordinal) + 1;
        var words = text[colon..].Split(' ');
        var said = new StringBuilder(text[..colon]);
        var before = false;
        for (var i = 0; i < words.Length; i++)
        {
            var coded = words[i].Any(static c => c > 0x7E);
            // white space between two encoded words is not shown: it goes into the second
            if (coded) said.Append(i > 0 ? " " : "").Append(CultureInfo.InvariantCulture, $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes((before ? " " : "") + words[i].Trim('"')))}?=");
            else said.Append(i > 0 ? " " : "").Append(words[i]);
            before = coded;
        }

        return said.ToString();
    }
}

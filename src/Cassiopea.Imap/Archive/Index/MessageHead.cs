namespace Cassiopea.Imap.Archive.Index;

/// <summary>What the index shows of a message's header; empty where the field is missing.</summary>
internal readonly record struct MessageHead(string From, string Subject)
{
    /// <summary>Takes the first of each field; what is no field is passed over.</summary>
    public static MessageHead Parse(ReadOnlySpan<byte> head)
    {
        string? from = null, subject = null;
        while (!head.IsEmpty && (from is null || subject is null))
        {
            var line = Line(head, 0);
            if (head[..line].TrimEnd("\r\n"u8).IsEmpty) break;
            var end = line;
            while (end < head.Length && head[end] is (byte)' ' or (byte)'\t' && !head[end..Line(head, end)].Trim(" \t\r\n"u8).IsEmpty) end = Line(head, end);
            var field = head[..end];
            head = head[end..];
            if (from is null && Body(field, "from"u8, out var body)) from = Person(HeaderText.Decode(body));
            else if (subject is null && Body(field, "subject"u8, out body)) subject = HeaderText.Decode(body);
        }

        return new(from ?? "", subject ?? "");
    }

    private static int Line(ReadOnlySpan<byte> text, int from)
    {
        var length = text[from..].IndexOf((byte)'\n');
        return length < 0 ? text.Length : from + length + 1;
    }

    private static bool Body(ReadOnlySpan<byte> field, ReadOnlySpan<byte> name, out byte[] body)
    {
        body = [];
        if (field.Length <= name.Length || !System.Text.Ascii.EqualsIgnoreCase(field[..name.Length], name)) return false;
        var rest = field[name.Length..].TrimStart(" \t"u8);
        if (rest.IsEmpty || rest[0] != ':') return false;
        body = [.. rest[1..].Trim(" \t\r\n"u8)];
        var count = 0;
        foreach (var octet in body) // unfolding takes the line ends away, the blank stays (RFC 5322 §2.2.3)
        {
            if (octet is not ((byte)'\r' or (byte)'\n')) body[count++] = octet;
        }

        body = body[..count];
        return true;
    }

    /// <summary>A name without its quotation marks; the address stays beside it, for a name alone says little.</summary>
    private static string Person(string text)
    {
        var open = text.LastIndexOf('<');
        if (open < 1 || text[0] != '"') return text;
        var name = text[..open].Trim();
        return name is ['"', .., '"'] and { Length: > 2 } ? $"{name[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal)} {text[open..]}" : text;
    }
}

using System.Globalization;
using System.Text;
using Cassiopea.Gateway.Problems;

namespace Cassiopea.Gateway.Api;

/// <summary>Part of a list.</summary>
/// <param name="Items">In the list's order.</param>
/// <param name="Next">Send it as <c>cursor</c> to get what follows; null at the end.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Which part of a list is asked for: <c>?limit=</c> (1 to 200, default 50) and <c>?cursor=</c>. A cursor is the base64url of the last sort key.</summary>
internal sealed record PageRequest(int Limit, string? After)
{
    const int Default = 50, Most = 200;

    public Guid? AfterId => After is null ? null : Guid.TryParse(After, out var id) ? id : throw Unreadable();

    public long? AfterNumber => After is null ? null : long.TryParse(After, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Unreadable();

    /// <exception cref="BadHttpRequestException">Limit or cursor is not acceptable.</exception>
    public static PageRequest Read(int? limit, string? cursor)
    {
        if (limit is < 1 or > Most)
            throw new BadHttpRequestException($"limit must be from 1 to {Most}");
        return new PageRequest(limit ?? Default, cursor is { Length: > 0 } ? Decode(cursor) : null);
    }

    public Page<TView> Of<TRow, TView>(List<TRow> found, Func<TRow, string> key, Func<TRow, TView> view)
    {
        var more = found.Count > Limit;
        if (more)
            found.RemoveAt(found.Count - 1);
        return new Page<TView>([.. found.Select(view)], more ? Encode(key(found[^1])) : null);
    }

    static string Encode(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    static string Decode(string cursor)
    {
        var base64 = cursor.Replace('-', '+').Replace('_', '/');
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='), bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw Unreadable();
    }

    static BadHttpRequestException Unreadable() => new("the cursor is not one of ours", ProblemCode.Malformed.Status);
}

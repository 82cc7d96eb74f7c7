using System.Text;

namespace Cassiopea.Ftp;

/// <summary>
/// A path below the root of a site, <c>/</c> between levels, none in front; the root is empty. It is bytes: old sites have names in Latin-1, and
/// only bytes come through unchanged. Text is for people only.
/// </summary>
public readonly struct SitePath : IEquatable<SitePath>
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly byte[]? _bytes;

    private SitePath(byte[] bytes) => _bytes = bytes;

    /// <summary>The root.</summary>
    public static SitePath Root => default;

    /// <summary>The path as on the wire.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>True for the root.</summary>
    public bool IsRoot => _bytes is null or [];

    /// <summary>The last level.</summary>
    public ReadOnlySpan<byte> Name => Bytes[(Bytes.LastIndexOf((byte)'/') + 1)..];

    /// <summary>The path without its last level.</summary>
    public SitePath Parent => Bytes.LastIndexOf((byte)'/') is var slash and > 0 ? new(Bytes[..slash].ToArray()) : default;

    /// <summary>A path of these bytes.</summary>
    /// <param name="bytes">No leading or trailing <c>/</c>.</param>
    public static SitePath Of(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <summary>A path of this text as UTF-8; slashes at both ends are left out.</summary>
    /// <param name="text">For example <c>wp-content/uploads</c>.</param>
    public static SitePath Of(string text) => new(Encoding.UTF8.GetBytes(text.Trim('/')));

    /// <summary>One level more.</summary>
    /// <param name="name">Name of the level.</param>
    public SitePath Child(ReadOnlySpan<byte> name)
    {
        if (IsRoot) return Of(name);
        var path = new byte[Bytes.Length + 1 + name.Length];
        Bytes.CopyTo(path);
        path[Bytes.Length] = (byte)'/';
        name.CopyTo(path.AsSpan(Bytes.Length + 1));
        return new(path);
    }

    /// <summary>One level more.</summary>
    /// <param name="name">Name of the level, written as UTF-8.</param>
    public SitePath Child(string name) => Child(Encoding.UTF8.GetBytes(name));

    /// <summary>True when the last level ends with these bytes.</summary>
    /// <param name="suffix">The end.</param>
    public bool EndsWith(ReadOnlySpan<byte> suffix) => Bytes.EndsWith(suffix);

    /// <summary>The same path with bytes behind it.</summary>
    /// <param name="suffix">The end.</param>
    public SitePath With(ReadOnlySpan<byte> suffix)
    {
        var path = new byte[Bytes.Length + suffix.Length];
        Bytes.CopyTo(path);
        suffix.CopyTo(path.AsSpan(Bytes.Length));
        return new(path);
    }

    /// <inheritdoc/>
    public bool Equals(SitePath other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SitePath other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>For people: UTF-8 where it is, else Latin-1; control characters as <c>\xHH</c>.</summary>
    public override string ToString() => Text(Bytes);

    /// <summary>Bytes of a name for people.</summary>
    /// <param name="bytes">A name or a line of a server.</param>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        string text;
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (ArgumentException)
        {
            text = Encoding.Latin1.GetString(bytes);
        }

        if (!text.Any(char.IsControl)) return text;
        var shown = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsControl(c)) shown.Append("\\x").Append(((int)c).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            else shown.Append(c);
        }

        return shown.ToString();
    }

    /// <summary>Equality of bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">Another.</param>
    public static bool operator ==(SitePath left, SitePath right) => left.Equals(right);

    /// <summary>Inequality of bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">Another.</param>
    public static bool operator !=(SitePath left, SitePath right) => !left.Equals(right);
}

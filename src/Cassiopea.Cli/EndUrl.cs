namespace Cassiopea.Cli;

/// <summary>One end of an engine command: <c>scheme://user@host:port/path?tls=…</c>. A password in it is refused.</summary>
/// <param name="Scheme">Lower case.</param>
/// <param name="User">Login name, decoded; empty when there is none.</param>
/// <param name="Host">Host name or address.</param>
/// <param name="Port">-1 when not given.</param>
/// <param name="Path">Decoded, without the first slash.</param>
/// <param name="Tls"><c>implicit</c>, <c>explicit</c>, <c>starttls</c>, <c>none</c>; empty when not given.</param>
/// <param name="Pin">SHA-256 of the server's public key, base64; null when not given.</param>
/// <param name="PinReason">Why that key is accepted without a valid certificate; empty when not given.</param>
/// <param name="PinUntil">The end of the last day on which it is, UTC; null when not given.</param>
internal sealed record EndUrl(string Scheme, string User, string Host, int Port, string Path, string Tls, string? Pin, string PinReason = "", DateTimeOffset? PinUntil = null)
{
    public static EndUrl Parse(string option, string text, params string[] schemes)
    {
        // the runtime knows no query in an ftp URL: it is cut off here
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        if (!Uri.TryCreate(mark < 0 ? text : text[..mark], UriKind.Absolute, out var uri) || !schemes.Contains(uri.Scheme, StringComparer.Ordinal))
            throw new UsageException($"{option} must be {string.Join(" or ", schemes.Select(static scheme => scheme + "://user@host:port/"))}.");
        if (uri.UserInfo.Contains(':', StringComparison.Ordinal))
            throw new UsageException($"{option} holds a password. Give it in CASSIOPEA_FROM_PASSWORD, CASSIOPEA_TO_PASSWORD or a password file.");
        string? tls = null, pin = null, reason = null;
        DateTimeOffset? until = null;
        foreach (var pair in (mark < 0 ? "" : text[(mark + 1)..]).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            if (parts.Length == 2 && parts[0] == "tls") tls = parts[1];
            else if (parts.Length == 2 && parts[0] == "pin") pin = Uri.UnescapeDataString(parts[1]);
            else if (parts.Length == 2 && parts[0] == "pin-reason") reason = Uri.UnescapeDataString(parts[1]);
            else if (parts.Length == 2 && parts[0] == "pin-until") until = LastDay(option, parts[1]);
            else throw new UsageException($"{option} has an unknown part: {parts[0]}.");
        }

        return new(uri.Scheme, Uri.UnescapeDataString(uri.UserInfo), uri.IdnHost.Trim('[', ']'), uri.IsDefaultPort ? -1 : uri.Port, Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')), tls ?? "", pin, reason ?? "", until);
    }

    private static DateTimeOffset LastDay(string option, string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var day)
            ? new(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero)
            : throw new UsageException($"{option}: pin-until must be a date such as 2027-01-31.");

    /// <summary>The password of one end, from its file or the environment.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="end"><c>from</c> or <c>to</c>.</param>
    public static string Password(CommandLine line, string end)
    {
        if (line.Value($"--{end}-password-file") is { } file)
        {
            try
            {
                return File.ReadAllText(file).TrimEnd('\r', '\n');
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"--{end}-password-file cannot be read: {unreadable.Message}");
            }
        }

        return Environment.GetEnvironmentVariable($"CASSIOPEA_{end.ToUpperInvariant()}_PASSWORD")
            ?? throw new UsageException($"The password of --{end} is missing: set CASSIOPEA_{end.ToUpperInvariant()}_PASSWORD or give --{end}-password-file.");
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Cassiopea.Mail;

/// <summary>The manifest of an archive as a promise: which messages must be there, with which octets.</summary>
internal sealed partial class ManifestLines
{
    private readonly Dictionary<(string Key, string Sha256), int> _messages = [];

    /// <summary>SHA-256 of the file, lower-case hex; empty without one.</summary>
    public string Sha256 { get; private init; } = "";

    /// <summary>Reads <c>folder, UIDVALIDITY, UID, date, flags, size, SHA-256</c>, separated by tabs; a message that stands twice counts once.</summary>
    public static async Task<ManifestLines> ReadAsync(string file, CancellationToken token)
    {
        if (!File.Exists(file))
            return new ManifestLines();
        ManifestLines lines;
        await using (var octets = File.OpenRead(file))
            lines = new ManifestLines { Sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(octets, token)) };
        HashSet<string> seen = new(StringComparer.Ordinal);
        await foreach (var line in File.ReadLinesAsync(file, token))
        {
            if (line.Split('\t') is [var folder, var validity, var uid, _, _, _, var sha256, ..] && uint.TryParse(uid, NumberStyles.None, CultureInfo.InvariantCulture, out _) && seen.Add($"{folder}\t{validity}\t{uid}"))
                lines.Count($"{validity}/{uid}", sha256);
        }

        return lines;
    }

    /// <summary><c>UIDVALIDITY/UID</c> of a message's file name; the name itself when it has none.</summary>
    public static string KeyOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return Stem().Match(name) is { Success: true } match ? $"{match.Groups["validity"].Value}/{match.Groups["uid"].Value}" : name;
    }

    /// <summary>True when each promised message is there once with its octets, and nothing else.</summary>
    public bool Matches(IEnumerable<PackedMessage> held)
    {
        Dictionary<(string, string), int> open = new(_messages);
        foreach (var message in held)
        {
            var key = (message.Key, message.Sha256);
            if (!open.TryGetValue(key, out var count))
                return false;
            if (count == 1)
                open.Remove(key);
            else
                open[key] = count - 1;
        }

        return open.Count == 0;
    }

    private void Count(string key, string sha256) => _messages[(key, sha256)] = _messages.GetValueOrDefault((key, sha256)) + 1;

    // the engine's file names: U12V34.cassiopea,S=…
    [GeneratedRegex("U(?<uid>[0-9]+)V(?<validity>[0-9]+)\\.cassiopea", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Stem();
}

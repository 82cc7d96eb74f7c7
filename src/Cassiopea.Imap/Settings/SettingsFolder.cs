using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cassiopea.Imap.Settings;

/// <summary>The export of settings on disk: <c>settings.json</c>, and each script in a <c>.sieve</c> file beside it that any editor reads.</summary>
public static class SettingsFolder
{
    private const string File = "settings.json";

    /// <summary>Writes them; scripts of an earlier export that are gone at the source stay.</summary>
    /// <param name="directory">Made when missing.</param>
    /// <param name="settings">What to write.</param>
    public static void Write(string directory, MailboxSettings settings)
    {
        Directory.CreateDirectory(directory);
        foreach (var script in settings.Scripts) Put(Path.Combine(directory, NameOf(script.Name)), script.Content);
        Put(Path.Combine(directory, File), JsonSerializer.Serialize(settings, SettingsJson.Default.MailboxSettings) + "\n");
    }

    /// <summary>Reads an earlier export; null when there is none.</summary>
    /// <param name="directory">Where it is.</param>
    /// <exception cref="InvalidDataException">It is not an export.</exception>
    public static MailboxSettings? Read(string directory)
    {
        var file = Path.Combine(directory, File);
        if (!System.IO.File.Exists(file)) return null;
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllText(file), SettingsJson.Default.MailboxSettings);
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException($"{file} is not an export of settings: {damaged.Message}", damaged);
        }
    }

    /// <summary>The file of a script. Its name is the server's and never becomes a path.</summary>
    /// <param name="script">The script's name.</param>
    public static string NameOf(string script)
    {
        var name = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(script))
        {
            if (octet is >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' or >= (byte)'0' and <= (byte)'9' or (byte)'-' or (byte)'_') name.Append((char)octet);
            else name.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        if (name.Length > 150) name.Remove(130, name.Length - 130).Append('~').Append(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)).AsSpan(0, 8)));
        return name.Append(".sieve").ToString();
    }

    private static void Put(string file, string text)
    {
        System.IO.File.WriteAllText(file + ".new", text);
        System.IO.File.Move(file + ".new", file, overwrite: true);
    }
}

using System.Text.Json;

namespace Cassiopea.Lab;

/// <summary>One server of a running lab.</summary>
/// <param name="Host">Address.</param>
/// <param name="Imap">IMAP, with STARTTLS.</param>
/// <param name="Imaps">IMAP over TLS.</param>
/// <param name="Pop3">POP3, with STLS.</param>
/// <param name="CertificatePin">SHA-256 of its public key, base64.</param>
/// <param name="Root">Its folder on this machine.</param>
public sealed record LabServer(string Host, int Imap, int Imaps, int Pop3, string CertificatePin, string Root);

/// <summary>Login name and password at one server.</summary>
public sealed record LabLogin(string Login, string Password, string Home);

/// <summary>A mailbox with its two ends.</summary>
public sealed record LabMailbox(string Address, int Messages, LabLogin Source, LabLogin Target);

/// <summary>A member with its mailboxes.</summary>
public sealed record LabMember(string Reference, string Name, string Language, string ContactEmail, IReadOnlyList<LabMailbox> Mailboxes);

/// <summary>What runs and how to enter it: <c>lab/lab.json</c> in the state folder, mode 600 because it holds the lab's passwords.</summary>
public sealed record LabFile(int ProcessId, LabServer Old, LabServer New, int Smtp, IReadOnlyList<LabMember> Members)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Folder of the lab's files in a state folder.</summary>
    public static string FolderOf(string state) => Path.Combine(state, "lab");

    /// <summary>The file itself.</summary>
    public static string PathOf(string state) => Path.Combine(FolderOf(state), "lab.json");

    /// <summary>Null while there is none.</summary>
    public static async Task<LabFile?> ReadAsync(string state, CancellationToken token)
        => File.Exists(PathOf(state)) ? JsonSerializer.Deserialize<LabFile>(await File.ReadAllTextAsync(PathOf(state), token), Json) : null;

    /// <summary>Writes it whole, never half of it.</summary>
    public async Task WriteAsync(string state, CancellationToken token)
    {
        var half = PathOf(state) + ".new";
        File.Delete(half);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new StreamWriter(half, options))
            await file.WriteAsync(JsonSerializer.Serialize(this, Json).AsMemory(), token);
        File.Move(half, PathOf(state), overwrite: true);
    }
}

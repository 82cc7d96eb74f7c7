using System.Text.Json;

namespace Cassiopea.Lab;

/// <summary>One mail server of a running lab.</summary>
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

/// <summary>One end of an item, as staff would declare it, with the secret that the member enters.</summary>
public sealed record LabPlace(string Protocol, string Host, int Port, string Tls, string Login, string Secret, string? CertificatePin = null, string? Path = null);

/// <summary>A site: its ends, where its files lie on this machine, and the ports of the two web servers, and the SHA-256 of each file before anything was done.</summary>
public sealed record LabSite(string Name, LabPlace Source, LabPlace Target, string OldHome, string NewHome, int OldWeb, int NewWeb, IReadOnlyDictionary<string, string> Before);

/// <summary>A database: its ends, the socket of each server, and each table's checksum before anything was done.</summary>
public sealed record LabDatabase(string Name, LabPlace Source, LabPlace Target, string OldSocket, string NewSocket, IReadOnlyDictionary<string, string> Before);

/// <summary>A domain: ports of the DNS servers, its new name servers.</summary>
public sealed record LabDomain(string Name, int OldDns, int NewDns, int Registry, IReadOnlyList<string> NewServers);

/// <summary>A mailing list: its ends, the two Sympas' folders, and how many people, archived posts and held posts there are.</summary>
public sealed record LabList(string Address, LabPlace Source, LabPlace Target, string OldRoot, string NewRoot, int Members, int Posts, int Held);

/// <summary>A member with all that it has.</summary>
public sealed record LabMember(string Reference, string Name, string Language, string ContactEmail, IReadOnlyList<LabMailbox> Mailboxes)
{
    /// <summary>Web sites.</summary>
    public IReadOnlyList<LabSite> Sites { get; init; } = [];

    /// <summary>Databases.</summary>
    public IReadOnlyList<LabDatabase> Databases { get; init; } = [];

    /// <summary>Domain names.</summary>
    public IReadOnlyList<LabDomain> Domains { get; init; } = [];

    /// <summary>Mailing lists.</summary>
    public IReadOnlyList<LabList> Lists { get; init; } = [];

    /// <summary>How many items there are to move.</summary>
    public int Items => Mailboxes.Count + Sites.Count + Databases.Count + Domains.Count + Lists.Count;
}

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
    public Task WriteAsync(string state, CancellationToken token) => WriteSecretAsync(PathOf(state), JsonSerializer.Serialize(this, Json), token);

    /// <summary>Writes a file that only its owner may read, whole or not at all.</summary>
    internal static async Task WriteSecretAsync(string path, string text, CancellationToken token)
    {
        var half = path + ".new";
        File.Delete(half);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new StreamWriter(half, options))
            await file.WriteAsync(text.AsMemory(), token);
        File.Move(half, path, overwrite: true);
    }
}
